using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace BookRec.WebApi.Hosting;

/// <summary>Makes schemas say what requests really have to look like.</summary>
internal static class OpenApiSchemas
{
    /// <summary>
    /// A required field is nullable in our types so that its absence can be named along with every other mistake; to the outside it is
    /// simply required.
    /// </summary>
    public static Task Tidy(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancelled)
    {
        var property = context.JsonPropertyInfo;
        if (property?.AttributeProvider?.IsDefined(typeof(RequiredAttribute), inherit: true) == true && schema.Type is { } type)
            schema.Type = type & ~JsonSchemaType.Null;
        return Task.CompletedTask;
    }
}
