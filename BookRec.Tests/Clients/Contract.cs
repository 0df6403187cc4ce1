using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using BookRec.Client;
using BookRec.Client.Http;

namespace BookRec.Tests.Clients;

/// <summary>
/// The client held against an OpenAPI document: calls every method, looks at what was sent, and compares it and the types of bodies and answers
/// with what the document says.
/// </summary>
sealed class Contract(JsonNode document)
{
    readonly List<string> differences = [];
    readonly HashSet<string> called = [];

    public static async Task<IReadOnlyList<string>> Differences(JsonNode document)
    {
        var contract = new Contract(document);
        foreach (var group in typeof(BookRecClient).GetProperties())
        {
            foreach (var method in group.PropertyType.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
                await contract.Check(group, method);
        }

        contract.differences.AddRange(Operation.AllIn(document).Select(o => o.Name).Except(contract.called).Select(name => $"{name} has no method"));
        contract.Compare(document["components"]!["schemas"]!["ProblemDetails"]!, Json.Options.GetTypeInfo(typeof(Problem)), "Problem");
        return contract.differences;
    }

    async Task Check(PropertyInfo group, MethodInfo method)
    {
        var name = $"{group.Name}.{method.Name}";
        var rounds = new List<SentRequest>();
        for (var round = 0; round < Samples.Rounds; round++)
            rounds.Add(await Call(group, method, round));
        var sent = rounds[0];
        var operation = Operation.AllIn(document).FirstOrDefault(o => o.Matches(sent));
        if (operation is null)
        {
            differences.Add($"{name} asks {sent.Method} {sent.Path}, which is not there");
            return;
        }

        if (!called.Add(operation.Name))
            differences.Add($"{operation.Name} has two methods");
        CompareParameters(operation, rounds, name);
        CompareBody(operation, sent, name);
        CompareAnswer(operation, method, name);
    }

    async Task<SentRequest> Call(PropertyInfo group, MethodInfo method, int round)
    {
        using var server = new DocumentServer(document);
        using var client = new BookRecClient(new BookRecClientOptions { Address = new Uri("http://bookrec.test"), Handler = server, Retries = 0 });
        await client.Auth.LogIn(new Credentials("reader@example.org", "a long enough password"));
        try
        {
            dynamic answer = method.Invoke(group.GetValue(client), [.. method.GetParameters().Select(p => Samples.Of(p.ParameterType, round))])!;
            await (answer is Task task ? task : Exhaust(answer));
        }
        catch (Exception e) when (e is JsonException or BookRecException)
        {
            differences.Add($"{group.Name}.{method.Name} does not understand the answer: {e.Message}");
        }

        return server.Last;
    }

    static async Task Exhaust<T>(IAsyncEnumerable<T> answers)
    {
        await foreach (var _ in answers)
        {
        }
    }

    void CompareParameters(Operation operation, IReadOnlyList<SentRequest> rounds, string name)
    {
        foreach (var place in new[] { "query", "header" })
        {
            var described = operation.Parameters(place).ToDictionary(p => (string)p["name"]!, p => p["schema"]!);
            var given = rounds.SelectMany(sent => place == "query" ? sent.Query : sent.Headers).ToLookup(p => p.Key, p => p.Value);
            differences.AddRange(described.Keys.Except(given.Select(p => p.Key)).Select(p => $"{name} cannot give {p}"));
            differences.AddRange(given.Select(p => p.Key).Except(described.Keys).Select(p => $"{name} gives {p}, which is not there"));
            foreach (var (parameter, schema) in described.Where(p => p.Value["enum"] is not null && !Values(p.Value).SetEquals(given[p.Key])))
                differences.Add($"{name} has the choices {string.Join(", ", given[parameter].Distinct())} for {parameter}, not {schema["enum"]!.ToJsonString()}");
        }
    }

    void CompareBody(Operation operation, SentRequest sent, string name)
    {
        var schema = operation.Body;
        if (schema is null || sent.BodyType is null)
        {
            if ((schema is null) != (sent.BodyType is null) && sent.ContentType != operation.BodyMediaType)
                differences.Add($"{name} and the document disagree on whether there is a body");
            return;
        }

        Compare(schema, Json.Options.GetTypeInfo(sent.BodyType), $"{name} body");
    }

    void CompareAnswer(Operation operation, MethodInfo method, string name)
    {
        var type = method.ReturnType.IsGenericType ? method.ReturnType.GetGenericArguments()[0] : null;
        if (operation.Answer is null || type is null)
        {
            if ((operation.Answer is null) != (type is null))
                differences.Add($"{name} and the document disagree on whether there is an answer");
            return;
        }

        Compare(operation.Answer, Json.Options.GetTypeInfo(type), $"{name} answer");
    }

    /// <summary>Same fields with the same names and types, all the way down.</summary>
    void Compare(JsonNode schema, JsonTypeInfo type, string path)
    {
        schema = Resolve(schema);
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object:
                CompareFields(schema, type, path);
                break;
            case JsonTypeInfoKind.Enumerable when schema["items"] is { } items:
                Compare(items, Json.Options.GetTypeInfo(type.ElementType!), $"{path}[]");
                break;
            case JsonTypeInfoKind.Dictionary when schema["additionalProperties"] is JsonObject values:
                Compare(values, Json.Options.GetTypeInfo(type.ElementType!), $"{path}{{}}");
                break;
            default:
                var (wanted, given) = (NameOf(schema), NameOf(type));
                if (wanted != given)
                    differences.Add($"{path} is {given} here and {wanted} there");
                break;
        }
    }

    void CompareFields(JsonNode schema, JsonTypeInfo type, string path)
    {
        var described = schema["properties"] as JsonObject ?? [];
        var required = (schema["required"] as JsonArray ?? []).Select(r => (string)r!).ToHashSet();
        var fields = type.Properties.Where(p => p.Get is not null).ToDictionary(p => p.Name);
        differences.AddRange(described.Select(p => p.Key).Except(fields.Keys).Select(f => $"{path} lacks {f}"));
        differences.AddRange(fields.Keys.Except(described.Select(p => p.Key)).Select(f => $"{path} has {f}, which is not there"));
        foreach (var (name, field) in fields.Where(f => described.ContainsKey(f.Key)))
        {
            var isOptional = !required.Contains(name) || AllowsNull(described[name]!);
            if (isOptional != field.IsGetNullable)
                differences.Add($"{path}.{name} is {(isOptional ? "optional" : "required")} there and not here");
            Compare(described[name]!, Json.Options.GetTypeInfo(Nullable.GetUnderlyingType(field.PropertyType) ?? field.PropertyType), $"{path}.{name}");
        }
    }

    JsonNode Resolve(JsonNode schema)
    {
        if (schema["oneOf"] is JsonArray choices)
            schema = choices.Single(choice => (string?)choice!["type"] != "null")!;
        return (string?)schema["$ref"] is { } reference ? document["components"]!["schemas"]![reference.Split('/')[^1]]! : schema;
    }

    static bool AllowsNull(JsonNode schema) => schema["oneOf"] is JsonArray choices
        ? choices.Any(choice => (string?)choice!["type"] == "null")
        : schema["type"] is JsonArray types && types.Any(type => (string)type! == "null");

    static string NameOf(JsonNode schema)
        => schema["enum"] is not null
            ? string.Join('|', Values(schema).Order(StringComparer.Ordinal))
            : $"{TypeOf(schema)}{(schema["format"] is { } format ? $" {format}" : "")}";

    static string TypeOf(JsonNode schema) => schema["type"] is JsonArray types ? (string)types.Single(type => (string)type! != "null")! : (string?)schema["type"] ?? "anything";

    static string NameOf(JsonTypeInfo type) => type.Type switch
    {
        { IsEnum: true } words => string.Join('|', WordsOf(words).Order(StringComparer.Ordinal)),
        var t when t == typeof(string) => "string",
        var t when t == typeof(Guid) => "string uuid",
        var t when t == typeof(DateTimeOffset) => "string date-time",
        var t when t == typeof(int) => "integer int32",
        var t when t == typeof(long) => "integer int64",
        var t when t == typeof(double) => "number double",
        var t when t == typeof(bool) => "boolean",
        var t => t.Name,
    };

    static IEnumerable<string> WordsOf(Type enumeration)
        => Enum.GetValues(enumeration).Cast<object>().Where(member => (int)member != 0).Select(member => JsonSerializer.SerializeToElement(member, Json.Options).GetString()!);

    static HashSet<string> Values(JsonNode schema) => [.. schema["enum"]!.AsArray().Select(value => (string)value!)];
}

/// <summary>One operation of the document.</summary>
sealed record Operation(string Method, string Path, JsonNode Description)
{
    public string Name => $"{Method} {Path}";

    public JsonNode? Body => Description["requestBody"]?["content"]?["application/json"]?["schema"];

    public string? BodyMediaType => Description["requestBody"]?["content"]?.AsObject().Select(type => type.Key).First();

    public JsonNode? Answer => AnswerContent?.Value!["schema"];

    public string? AnswerMediaType => AnswerContent?.Key;

    public int Status => int.Parse(Success.Key, System.Globalization.CultureInfo.InvariantCulture);

    KeyValuePair<string, JsonNode?> Success => Description["responses"]!.AsObject().First(response => response.Key[0] == '2');

    KeyValuePair<string, JsonNode?>? AnswerContent => Success.Value!["content"]?.AsObject().First();

    public IEnumerable<JsonNode> Parameters(string place)
        => (Description["parameters"] as JsonArray ?? []).Select(p => p!).Where(p => (string)p["in"]! == place);

    public static IEnumerable<Operation> AllIn(JsonNode document)
        => document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(method => new Operation(method.Key.ToUpperInvariant(), path.Key, method.Value!)));

    public bool Matches(SentRequest sent) => sent.Method == Method && Regex.IsMatch(sent.Path, $"^{Regex.Replace(Path, @"\{[^}]+\}", "[^/]+")}$");
}
