using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;

namespace BookRec.Tests.Clients;

/// <summary>What a method of the client has sent.</summary>
/// <param name="Headers">Those of ours that operations describe.</param>
/// <param name="BodyType">The type that the JSON body was made of; null for other bodies and for none.</param>
sealed record SentRequest(
    string Method, string Path, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, Type? BodyType, string? ContentType)
{
    static readonly string[] DescribedHeaders = ["Idempotency-Key", "If-Match"];

    public static SentRequest From(HttpRequestMessage request)
    {
        var query = HttpUtility.ParseQueryString(request.RequestUri!.Query);
        return new(
            request.Method.Method,
            request.RequestUri.AbsolutePath,
            query.AllKeys.ToDictionary(key => key!, key => query[key]!),
            request.Headers.Where(h => DescribedHeaders.Contains(h.Key)).ToDictionary(h => h.Key, h => h.Value.Single()),
            (request.Content as JsonContent)?.ObjectType,
            request.Content?.Headers.ContentType?.MediaType);
    }
}

/// <summary>Answers every operation of a document with a sample of what the document says, and keeps the last request.</summary>
sealed class DocumentServer(JsonNode document) : HttpMessageHandler
{
    public SentRequest Last { get; private set; } = null!;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Last = SentRequest.From(request);
        var operation = Operation.AllIn(document).FirstOrDefault(o => o.Matches(Last));
        return Task.FromResult(operation is null ? new HttpResponseMessage(HttpStatusCode.NotFound) : Answer(operation));
    }

    HttpResponseMessage Answer(Operation operation)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)operation.Status);
        if (operation.Answer is { } schema)
        {
            var json = Sample(schema)?.ToJsonString();
            var isStream = operation.AnswerMediaType == "text/event-stream";
            answer.Content = new StringContent(isStream ? $"event: ping\ndata: null\n\nevent: end\ndata: {json}\n\n" : json!, Encoding.UTF8);
            answer.Content.Headers.ContentType = new MediaTypeHeaderValue(operation.AnswerMediaType!);
        }

        return answer;
    }

    JsonNode? Sample(JsonNode schema)
    {
        if ((string?)schema["$ref"] is { } reference)
            return Sample(document["components"]!["schemas"]![reference.Split('/')[^1]]!);
        if (schema["oneOf"] is JsonArray choices)
            return Sample(choices.Single(choice => (string?)choice!["type"] != "null")!);
        if (schema["enum"] is JsonArray words)
            return words[0]!.DeepClone();
        var type = schema["type"] is JsonArray types ? (string)types.First(t => (string)t! != "null")! : (string?)schema["type"];
        return (type, (string?)schema["format"]) switch
        {
            ("string", "uuid") => "6f2b1c1e-30d8-4a55-8e57-0c4a7b9d1e22",
            ("string", "date-time") => "2026-05-04T12:00:00Z",
            ("string", _) => "text",
            ("integer", "int64") => 5_000_000_000,
            ("integer", _) => 5,
            ("number", _) => 0.5,
            ("boolean", _) => true,
            ("array", _) => new JsonArray(Sample(schema["items"]!)),
            _ => SampleObject(schema),
        };
    }

    JsonObject SampleObject(JsonNode schema)
    {
        var sample = new JsonObject();
        foreach (var (name, field) in schema["properties"] as JsonObject ?? [])
            sample[name] = Sample(field!);
        if (schema["additionalProperties"] is JsonObject values)
            sample["key"] = Sample(values);
        return sample;
    }
}
