using BookRec.Hosting.Auth;
using BookRec.WebApi.RateLimits;
using BookRec.WebApi.Requests;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace BookRec.WebApi.Hosting;

/// <summary>The description of the interface for machines, and a page for people to try it.</summary>
public static class OpenApi
{
    public const string DocsPage = "/docs";

    private const string Bearer = "bearer";
    private const string Administrator = "administrator";

    public static void AddOpenApiDescription(this IServiceCollection services)
        => services.AddOpenApi("v1", options =>
        {
            options.AddOperationTransformer(Complete);
            options.AddSchemaTransformer(OpenApiSchemas.Complete);
            options.AddDocumentTransformer((document, _, _) => Describe(document));
            options.AddDocumentTransformer((document, _, _) => OpenApiSchemas.Tidy(document));
            options.AddDocumentTransformer((document, _, _) => OpenApiLimits.Complete(document));
        });

    public static void MapOpenApiDescription(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi().AllowAnonymous();
        routes.MapGet("/", () => TypedResults.Redirect(DocsPage)).ExcludeFromDescription().AllowAnonymous();

        // The page makes a whole address of the server's, so that its examples can be copied.
        routes.MapScalarApiReference(DocsPage, page => page
                .WithTitle("BookRec")
                .WithOpenApiRoutePattern("/openapi/{documentName}.json")
                .AddServer("/")
                .DisableDefaultFonts()
                .DisableTelemetry()
                .DisableAgent()
                .DisableMcp()
                .HideDeveloperTools()
                .HideClientButton())
            .AllowAnonymous();
    }

    private static Task Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "BookRec",
            Version = "v1",
            Description = "Book recommendations. Errors are RFC 9457 problems; log in to get a token, and send it as a bearer token.",
        };
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = Token("An access token, as logging in gives it: a JWT that follows RFC8725."),
            [Administrator] = Token("The access token of an administrator, following RFC8725 as well."),
        };
        return Task.CompletedTask;
    }

    /// <summary>Adds what the framework cannot see: parameters read by ourselves, who may call, and the media type of problems.</summary>
    private static Task Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancelled)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        foreach (var parameter in metadata.OfType<ReadsParameters>().SelectMany(p => p.Parameters))
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = parameter.Name,
                In = parameter.Location,
                Description = parameter.Description,
                Required = parameter.Required,
                Schema = parameter.Schema,
            });
        }

        foreach (var (status, response) in operation.Responses ?? [])
        {
            if (status[0] is '4' or '5' && response is OpenApiResponse { Content: null or { Count: 0 } } bare)
                bare.Content = OpenApiSchemas.Problem(context.Document);
        }

        if (metadata.OfType<ChargedTo>().LastOrDefault()?.Purse != Purse.Nobody)
            OpenApiLimits.ShowRateLimits(operation);
        if (metadata.OfType<IAuthorizeData>().Select(data => data.Policy).ToList() is { Count: > 0 } policies)
        {
            var scheme = policies.Contains(Policies.Admin) ? Administrator : Bearer;
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] }];
        }

        return Task.CompletedTask;
    }

    private static OpenApiSecurityScheme Token(string description)
        => new() { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT", Description = description };
}
