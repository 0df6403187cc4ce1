using System.Globalization;
using Microsoft.OpenApi;

namespace BookRec.WebApi.Hosting;

/// <summary>Says of every text, list and whole number how large it can be: as large as a body or its type, where no rule is tighter.</summary>
internal static class OpenApiLimits
{
    /// <summary>As RFC 3339 writes a time, with seven digits of a second and an offset.</summary>
    private const int LongestTime = 33;

    private const int LengthOfGuid = 36;

    public static Task Complete(OpenApiDocument document)
    {
        foreach (var schema in document.Components?.Schemas?.Values ?? [])
            Bound(schema);
        foreach (var operation in document.Paths.Values.Where(path => path.Operations is not null).SelectMany(path => path.Operations!.Values))
        {
            foreach (var parameter in operation.Parameters ?? [])
                Bound(parameter.Schema);
            Bound(operation.RequestBody?.Content);
            foreach (var (_, response) in operation.Responses ?? [])
                Bound(response.Content);
        }

        return Task.CompletedTask;
    }

    /// <summary>The headers that tell what is left of the budget, on every answer that somebody pays for.</summary>
    public static void ShowRateLimits(OpenApiOperation operation)
    {
        foreach (var (status, response) in operation.Responses ?? [])
        {
            if (status[0] is not ('2' or '4') || response is not OpenApiResponse own)
                continue;
            own.Headers ??= new Dictionary<string, IOpenApiHeader>();
            own.Headers["RateLimit"] = Header("What is left of the budget, and seconds until there is more.");
            own.Headers["RateLimit-Policy"] = Header("The budget: requests at once, and the seconds in which it fills up.");
            own.Headers["Access-Control-Allow-Origin"] = Header("The page that asks, where the settings let it.");
            if (status == "429")
                own.Headers["Retry-After"] = Header("Seconds to wait.");
        }
    }

    private static OpenApiHeader Header(string description)
        => new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 100 } };

    private static void Bound(IDictionary<string, OpenApiMediaType>? content)
    {
        foreach (var media in content?.Values ?? [])
            Bound(media.Schema);
    }

    /// <summary>A reference is bounded where it leads.</summary>
    private static void Bound(IOpenApiSchema? schema)
    {
        if (schema is not OpenApiSchema own)
            return;
        if (own.Type is { } type)
        {
            if (type.HasFlag(JsonSchemaType.String) && own.Enum is not { Count: > 0 })
                own.MaxLength ??= own.Format switch { "uuid" => LengthOfGuid, "date-time" => LongestTime, _ => Edge.MaximumBodyBytes };
            if (type.HasFlag(JsonSchemaType.Array))
                own.MaxItems ??= Edge.MaximumBodyBytes;
            if (type.HasFlag(JsonSchemaType.Integer))
                BoundNumber(own);
        }

        foreach (var inner in (own.Properties?.Values ?? []).Concat(own.OneOf ?? []).Concat(own.AnyOf ?? []).Concat(own.AllOf ?? []))
            Bound(inner);
        Bound(own.Items);
        Bound(own.AdditionalProperties);
    }

    private static void BoundNumber(OpenApiSchema schema)
    {
        schema.Format ??= "int64";
        var (least, most) = schema.Format == "int32" ? (int.MinValue, int.MaxValue) : (long.MinValue, long.MaxValue);
        if (schema.ExclusiveMinimum is null)
            schema.Minimum ??= least.ToString(CultureInfo.InvariantCulture);
        if (schema.ExclusiveMaximum is null)
            schema.Maximum ??= most.ToString(CultureInfo.InvariantCulture);
    }
}
