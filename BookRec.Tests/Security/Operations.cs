using System.Text.Json.Nodes;
using BookRec.Tests.Support;

namespace BookRec.Tests.Security;

/// <summary>One operation of the interface as the running service describes it.</summary>
/// <param name="Path">The template.</param>
/// <param name="Body">The schema of its JSON body, references resolved; null when it takes none.</param>
/// <param name="BodyType">The media type of its body; null when it takes none.</param>
/// <param name="Guarded">Whether it wants a token.</param>
public sealed record Operation(HttpMethod Method, string Path, JsonObject? Body, string? BodyType, bool Guarded, IReadOnlyList<JsonObject> Parameters, bool ForAdmins)
{
    public string Name => $"{Method} {Path}";

    /// <summary>Whoever does this cannot go on afterwards.</summary>
    public bool EndsTheSession => Name is "DELETE /api/account/sessions" || EndsTheAccount;

    public bool EndsTheAccount => Name is "DELETE /api/account";

    public static async Task<IReadOnlyList<Operation>> All(HttpClient client)
    {
        var document = await client.Get("/openapi/v1.json");
        var operations = new List<Operation>();
        foreach (var (path, methods) in document["paths"]!.AsObject())
        {
            foreach (var (method, node) in methods!.AsObject())
            {
                var operation = node!.AsObject();
                var content = operation["requestBody"]?["content"]?.AsObject();
                var type = content?.First().Key;
                operations.Add(new Operation(
                    new HttpMethod(method.ToUpperInvariant()),
                    path,
                    type == "application/json" ? Resolve(document, content![type]!["schema"]!) : null,
                    type,
                    operation["security"] is not null,
                    [.. (operation["parameters"]?.AsArray() ?? []).Select(p => p!.AsObject())],
                    operation["responses"]!.AsObject().ContainsKey("403")));
            }
        }

        return operations;
    }

    public static JsonObject Resolve(JsonNode document, JsonNode schema)
        => schema["$ref"] is { } reference ? document["components"]!["schemas"]![((string)reference!).Split('/')[^1]]!.AsObject() : schema.AsObject();
}
