using System.Globalization;
using System.Text.Json.Nodes;
using BookRec.WebApi.Hosting;
using Microsoft.OpenApi;

namespace BookRec.WebApi.Requests;

/// <summary>One query parameter or header: how it is read, and how the OpenAPI page shows it, in one place.</summary>
public abstract record Parameter(string Name, string Description)
{
    public ParameterLocation Location { get; init; } = ParameterLocation.Query;

    public bool Required { get; init; }

    public abstract OpenApiSchema Schema { get; }

    /// <summary>The values sent under the name; none when it is absent.</summary>
    protected string[] Sent(HttpRequest request)
    {
        var values = Location == ParameterLocation.Header ? request.Headers[Name] : request.Query[Name];
        return [.. values.Where(v => v is not null).Select(v => v!)];
    }

    /// <summary>The one value sent, or null; empty counts as absent, as an empty field of a form does.</summary>
    protected string? Single(HttpRequest request, FieldErrors errors)
    {
        var sent = Sent(request);
        errors.Require(sent.Length <= 1, Name, "must be given once");
        return sent is [{ Length: > 0 } value] ? value : null;
    }
}

public sealed record IntegerParameter(string Name, string Description, int Minimum, int Maximum, int? Default = null) : Parameter(Name, Description)
{
    public override OpenApiSchema Schema => new()
    {
        Type = JsonSchemaType.Integer,
        Format = "int32",
        Minimum = Minimum.ToString(CultureInfo.InvariantCulture),
        Maximum = Maximum.ToString(CultureInfo.InvariantCulture),
        Default = Default is { } value ? JsonValue.Create(value) : null,
    };

    public int? Read(HttpRequest request, FieldErrors errors)
    {
        if (Single(request, errors) is not { } text)
            return Default;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            errors.Add(Name, Words.MustBeWhole);
        else if (value < Minimum || value > Maximum)
            errors.Add(Name, $"must be from {Minimum} to {Maximum}");
        else
            return (int)value;
        return Default;
    }
}

public sealed record TextParameter(string Name, string Description, int MaximumLength) : Parameter(Name, Description)
{
    public override OpenApiSchema Schema => new() { Type = JsonSchemaType.String, MaxLength = MaximumLength };

    public string? Read(HttpRequest request, FieldErrors errors)
    {
        var text = Single(request, errors);
        errors.Text(Name, text, MaximumLength);
        return text?.Trim();
    }
}

public sealed record LanguageParameter(string Name, string Description) : Parameter(Name, Description)
{
    public override OpenApiSchema Schema => new() { Type = JsonSchemaType.String, Examples = [JsonValue.Create("en")] };

    public string? Read(HttpRequest request, FieldErrors errors)
    {
        var tag = Single(request, errors);
        errors.Require(tag is null || TextRules.IsLanguageTag(tag), Name, "must be a language tag such as en or en-GB");
        return tag?.ToLowerInvariant();
    }
}

/// <summary>One word of a few.</summary>
public sealed record ChoiceParameter<T>(string Name, string Description, IReadOnlyDictionary<string, T> Choices, string? Default) : Parameter(Name, Description)
    where T : struct, Enum
{
    public ChoiceParameter(string name, string description, T @default)
        : this(name, description, Enum.GetValues<T>().ToDictionary(Json.Word), Json.Word(@default))
    {
    }

    public override OpenApiSchema Schema => new()
    {
        Type = JsonSchemaType.String,
        Enum = [.. Choices.Keys.Select(word => (JsonNode)JsonValue.Create(word))],
        Default = Default is null ? null : JsonValue.Create(Default),
    };

    public T Read(HttpRequest request, FieldErrors errors)
    {
        var word = Single(request, errors) ?? Default;
        if (word is not null && Choices.TryGetValue(word, out var choice))
            return choice;
        errors.Add(Name, $"must be one of {string.Join(", ", Choices.Keys)}");
        return default;
    }
}

/// <summary>Ids, separated by commas or by repeating the parameter.</summary>
public sealed record IdsParameter(string Name, string Description, int MaximumCount) : Parameter(Name, Description)
{
    public override OpenApiSchema Schema => new()
    {
        Type = JsonSchemaType.Array,
        MaxItems = MaximumCount,
        Items = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "1" },
    };

    public IReadOnlyList<long>? Read(HttpRequest request, FieldErrors errors)
    {
        var ids = new List<long>();
        foreach (var text in Sent(request).SelectMany(v => v.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id < 1)
            {
                errors.Add(Name, "must be positive whole numbers, separated by commas");
                return null;
            }

            ids.Add(id);
        }

        errors.Require(ids.Count <= MaximumCount, Name, $"must be at most {MaximumCount.ToString("N0", CultureInfo.InvariantCulture)} ids");
        return ids.Count == 0 ? null : ids;
    }
}
