using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BookRec.SecretsEmulator;

/// <summary>The operations of AWS Secrets Manager that BookRec and its operators use, over the JSON 1.1 protocol.</summary>
internal sealed class SecretsManager(SecretsFile secrets, SigV4 signatures, TimeProvider time)
{
    private const string ContentType = "application/x-amz-json-1.1";

    public async Task Answer(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        var body = buffer.ToArray();
        var (status, answer) = signatures.Refuse(context.Request, body, time.GetUtcNow()) is { } refusal
            ? (StatusCodes.Status400BadRequest, refusal)
            : Do(context.Request.Headers["X-Amz-Target"].ToString(), body);
        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    public static JsonObject Error(string type, string message) => new() { ["__type"] = type, ["message"] = message };

    private (int Status, JsonObject Answer) Do(string target, byte[] body)
    {
        JsonObject? request;
        try
        {
            request = JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            request = null;
        }

        return (target, request) switch
        {
            (_, null) => Bad("SerializationException", "The body is not a JSON object."),
            ("secretsmanager.GetSecretValue", _) => Get(Text(request, "SecretId")),
            ("secretsmanager.CreateSecret", _) => Put(Text(request, "Name"), Text(request, "SecretString"), isNew: true),
            ("secretsmanager.PutSecretValue", _) => Put(Text(request, "SecretId"), Text(request, "SecretString"), isNew: false),
            _ => Bad("UnknownOperationException", $"This emulator does not know '{target}'."),
        };
    }

    private (int Status, JsonObject Answer) Get(string? name)
    {
        if (name is null)
            return Bad("InvalidParameterException", "SecretId is required.");
        return secrets.Find(name) is { } value
            ? (StatusCodes.Status200OK, Named(name, value, withValue: true))
            : Bad("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    }

    private (int Status, JsonObject Answer) Put(string? name, string? value, bool isNew)
    {
        if (name is null || value is null)
            return Bad("InvalidParameterException", "A name and a SecretString are required.");
        if (!isNew && secrets.Find(name) is null)
            return Bad("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
        return secrets.Put(name, value, replace: !isNew)
            ? (StatusCodes.Status200OK, Named(name, value, withValue: false))
            : Bad("ResourceExistsException", $"The secret {name} already exists.");
    }

    private static JsonObject Named(string name, string value, bool withValue)
    {
        var answer = new JsonObject
        {
            ["ARN"] = $"arn:aws:secretsmanager:us-east-1:000000000000:secret:{name}",
            ["Name"] = name,
            ["VersionId"] = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(value)).AsSpan(0, 16)).ToString(),
        };
        if (withValue)
            answer["SecretString"] = value;
        return answer;
    }

    private static string? Text(JsonObject request, string field) => request[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static (int Status, JsonObject Answer) Bad(string type, string message) => (StatusCodes.Status400BadRequest, Error(type, message));
}
