using System.Text.Json;
using System.Text.RegularExpressions;
using BookRec.WebApi.Requests;

namespace BookRec.WebApi.Hosting;

/// <summary>Finds out of the framework's refusals which field is to blame and says why in our words.</summary>
internal static partial class BadRequests
{
    /// <param name="failure">What model binding or the server threw.</param>
    /// <param name="fields">The field to blame, where one is.</param>
    /// <returns>The detail for the caller, or null where the status says it all.</returns>
    public static string? Describe(BadHttpRequestException failure, out Dictionary<string, string[]>? fields)
    {
        fields = null;
        if (failure.StatusCode != StatusCodes.Status400BadRequest)
            return null;

        if (failure.InnerException is JsonException json)
        {
            if (FieldOf(json) is not { } field)
                return "The body is not valid JSON of the expected shape.";
            fields = new() { [field] = [Reason(json)] };
            return "The request is not valid.";
        }

        if (Parameter().Match(failure.Message) is { Success: true } match)
        {
            var field = JsonNamingPolicy.SnakeCaseLower.ConvertName(match.Groups["name"].Value);
            fields = new() { [field] = [WantedIn(match.Groups["type"].Value)] };
            return "The request is not valid.";
        }

        return failure.Message.Contains("body", StringComparison.Ordinal) ? "A JSON body is required." : "The request cannot be read.";
    }

    /// <summary>The path without its root: <c>$.items[3].rating</c> is <c>items[3].rating</c>; null when the whole document is to blame.</summary>
    private static string? FieldOf(JsonException json)
        => json.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : null;

    private static string Reason(JsonException json)
    {
        if (json.Message.Contains("could not be mapped", StringComparison.Ordinal))
            return "is not a field of this request";
        if (json.Message.Contains("Duplicate", StringComparison.OrdinalIgnoreCase))
            return "is given twice";
        if (Target().Match(json.Message) is { Success: true } match)
            return WantedIn(match.Groups["type"].Value);
        return json.Message.StartsWith("must ", StringComparison.Ordinal) ? json.Message.Split(" Path:")[0] : "is not valid JSON";
    }

    /// <summary>What a value of a .NET type looks like from outside.</summary>
    private static string WantedIn(string type)
    {
        if (ChoicesOf(type) is { } choices)
            return $"must be one of {string.Join(", ", choices)}";
        return type switch
        {
            _ when type.Contains("Int", StringComparison.OrdinalIgnoreCase) || type is "long" => Words.MustBeWhole,
            _ when type.Contains("Double", StringComparison.OrdinalIgnoreCase) => "must be a number",
            _ when type.Contains("Guid", StringComparison.Ordinal) => "must be a UUID",
            _ when type.Contains("DateTimeOffset", StringComparison.Ordinal) => "must be a time with an offset, such as 2026-01-31T12:00:00Z",
            _ when type.Contains("List", StringComparison.Ordinal) || type.EndsWith("[]", StringComparison.Ordinal) => "must be a list",
            _ when type.Contains("String", StringComparison.OrdinalIgnoreCase) => "must be text",
            _ => "has the wrong type",
        };
    }

    private static IEnumerable<string>? ChoicesOf(string type)
        => EnumName().Match(type) is { Success: true } match
            && typeof(Grains.Interfaces.PageRequest).Assembly.GetType(match.Value) is { IsEnum: true } choice
                ? Enum.GetNames(choice).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)
                : null;

    [GeneratedRegex("^Failed to bind parameter \"(?<type>.+) (?<name>[^ ]+)\" from")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"could not be converted to (?<type>.+?)\. Path:")]
    private static partial Regex Target();

    [GeneratedRegex(@"BookRec\.Grains\.Interfaces\.[A-Za-z.]+")]
    private static partial Regex EnumName();
}
