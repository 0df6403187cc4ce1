using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace BookRec.WebApi.Hosting;

/// <summary>Makes schemas say what requests and answers really look like.</summary>
internal static class OpenApiSchemas
{
    public static Dictionary<string, OpenApiMediaType> Problem(OpenApiDocument? document) => new()
    {
        [Problems.ContentType] = new() { Schema = new OpenApiSchemaReference(nameof(ProblemDetails), document) },
    };

    /// <summary>Adds what converters and extension members hide from the framework.</summary>
    public static Task Complete(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancelled)
    {
        var type = context.JsonTypeInfo.Type;
        if ((Nullable.GetUnderlyingType(type) ?? type) == typeof(DateTimeOffset))
        {
            schema.Type = type == typeof(DateTimeOffset) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            schema.Format = "date-time";
        }
        else if (type == typeof(ProblemDetails))
        {
            schema.Properties ??= new Dictionary<string, IOpenApiSchema>();
            schema.Properties["request_id"] = Text("Leads to the log.");
            schema.Properties["conflicting_id"] = Text("What stands in the way, with some 409s.");
            schema.Properties["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "What is wrong, by field.",
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = Text(null) },
            };
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// A required field is nullable in our types so that its absence can be named along with every other mistake; to the outside it is
    /// simply required.
    /// </summary>
    public static Task Tidy(OpenApiDocument document)
    {
        foreach (var (name, schema) in document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>())
        {
            if (!name.EndsWith("Request", StringComparison.Ordinal) || schema.Properties is not { } properties)
                continue;
            foreach (var field in schema.Required ?? new HashSet<string>())
                properties[field] = WithoutNull(properties[field]);
        }

        return Task.CompletedTask;
    }

    private static IOpenApiSchema WithoutNull(IOpenApiSchema schema)
    {
        if (schema is OpenApiSchema { Type: { } type } plain)
            plain.Type = type & ~JsonSchemaType.Null;
        return schema.OneOf is { Count: 2 } choices ? choices.Single(choice => choice.Type != JsonSchemaType.Null) : schema;
    }

    private static OpenApiSchema Text(string? description) => new() { Type = JsonSchemaType.String, Description = description };
}
