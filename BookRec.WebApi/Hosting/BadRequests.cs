using System.Text.Json;
using System.Text.RegularExpressions;
using BookRec.WebApi.Requests;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace BookRec.WebApi.Hosting;

/// <summary>Finds out of the framework's refusals which field is to blame and says why in our words.</summary>
internal static partial class BadRequests
{
    private const string NotValid = "The request is not valid.";

    /// <param name="failure">What model binding or the server threw.</param>
    /// <param name="endpoint">Where the request went.</param>
    /// <param name="services">Of the request.</param>
    /// <param name="fields">The field to blame, where one is.</param>
    /// <returns>The detail for the caller, or null where the status says it all.</returns>
    public static string? Describe(
        BadHttpRequestException failure,
        Endpoint? endpoint,
        IServiceProvider services,
        out Dictionary<string, string[]>? fields)
    {
        fields = null;
        if (failure.StatusCode != StatusCodes.Status400BadRequest)
            return null;

        if (failure.InnerException is JsonException json)
        {
            if (FieldOf(json) is not { } field)
                return "The body is not valid JSON of the expected shape.";
            var options = services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
            fields = new() { [field] = [Reason(json, FieldType(field, endpoint, options))] };
            return NotValid;
        }

        if (Parameter().Match(failure.Message) is { Success: true } match)
        {
            var field = JsonNamingPolicy.SnakeCaseLower.ConvertName(match.Groups["name"].Value);
            fields = new() { [field] = [match.Groups["type"].Value == "Guid" ? "must be a UUID" : Words.MustBePositive] };
            return NotValid;
        }

        return failure.Message.Contains("body", StringComparison.Ordinal) ? "A JSON body is required." : "The request cannot be read.";
    }

    /// <summary>The path without its root: <c>$.items[3].rating</c> is <c>items[3].rating</c>; null when the whole document is to blame.</summary>
    private static string? FieldOf(JsonException json)
    {
        if (json.Path is not { Length: > 2 } path)
            return null;
        var isQuoted = path.StartsWith("$['", StringComparison.Ordinal) && path.EndsWith("']", StringComparison.Ordinal);
        return isQuoted ? path[3..^2] : path[2..];
    }

    /// <summary>
    /// The type a field should have had, found along its path: the exception names only the type around it. Null for a field that is not
    /// there.
    /// </summary>
    private static Type? FieldType(string field, Endpoint? endpoint, JsonSerializerOptions options)
    {
        var type = endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        foreach (var step in field.Split('.'))
        {
            var bracket = step.IndexOf('[', StringComparison.Ordinal);
            var name = bracket < 0 ? step : step[..bracket];
            type = type is null ? null : options.GetTypeInfo(type).Properties.FirstOrDefault(p => p.Name == name)?.PropertyType;
            if (bracket >= 0 && type is not null)
                type = options.GetTypeInfo(type).ElementType;
        }

        return type is null ? null : Nullable.GetUnderlyingType(type) ?? type;
    }

    private static string Reason(JsonException json, Type? wanted)
    {
        if (json.Message.Contains("could not be mapped", StringComparison.Ordinal))
            return "is not a field of this request";
        if (json.Message.Contains("Duplicate", StringComparison.OrdinalIgnoreCase))
            return "is given twice";
        return wanted switch
        {
            null => "is not valid JSON",
            { IsEnum: true } => $"must be one of {string.Join(", ", Enum.GetNames(wanted).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))}",
            _ when wanted == typeof(string) => "must be text",
            _ when wanted == typeof(int) || wanted == typeof(long) => Words.MustBeWhole,
            _ when wanted == typeof(double) => "must be a number",
            _ when wanted == typeof(DateTimeOffset) => "must be a time with an offset, such as 2026-01-31T12:00:00Z",
            _ when typeof(System.Collections.IEnumerable).IsAssignableFrom(wanted) => "must be a list",
            _ => "must be an object",
        };
    }

    [GeneratedRegex("^Failed to bind parameter \"(?<type>.+) (?<name>[^ ]+)\" from")]
    private static partial Regex Parameter();
}
