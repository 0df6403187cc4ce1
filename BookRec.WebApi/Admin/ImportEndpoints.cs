using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Imports;
using BookRec.WebApi.Hosting;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace BookRec.WebApi.Admin;

public static class ImportEndpoints
{
    public static void MapImports(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapAdminGroup("Imports");

        group.MapPost("/imports", Start)
            .WithSummary("Import books and interactions from files")
            .WithDescription("Multipart files of any size, gzip welcome. Repeating an import changes nothing.")
            .Accepts<object>("multipart/form-data")
            .AddOpenApiOperationTransformer(DescribeBody)
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .ProducesProblem(415)
            .DisableRequestTimeout();
        group.MapGet("/imports/{id}", Get).WithSummary("How an import goes, with the rows it refused");
    }

    private static async Task<Accepted<ImportResponse>> Start(ImportParameters parameters, HttpRequest request, Cluster cluster, CancellationToken cancelled)
    {
        var id = Guid.NewGuid();
        request.HttpContext.SetAuditTarget(id.ToString());
        var import = cluster.Import(id);
        try
        {
            await import.Open(parameters.Format, parameters.Source);
            await ImportUpload.Send(request, import, cancelled);
            return TypedResults.Accepted($"/api/admin/imports/{id}", ImportResponse.From(await import.Run()));
        }
        catch (Exception failure)
        {
            await Abort(import, failure);
            throw;
        }
    }

    private static async Task<Results<Ok<ImportResponse>, NotFound>> Get(Guid id, Cluster cluster)
        => await cluster.Import(id).Status() is { } status ? TypedResults.Ok(ImportResponse.From(status)) : TypedResults.NotFound();

    private static Task DescribeBody(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancelled)
    {
        var file = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        var files = new OpenApiSchema { Type = JsonSchemaType.Array, Items = file, Description = "Each under its own name, such as books.csv or ratings.csv.gz." };
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["multipart/form-data"] = new()
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Properties = new Dictionary<string, IOpenApiSchema> { ["files"] = files },
                        Required = new HashSet<string> { "files" },
                    },
                },
            },
        };
        return Task.CompletedTask;
    }

    private static async Task Abort(IImportGrain import, Exception failure)
    {
        try
        {
            await import.Abort(failure is OperationCanceledException or BadHttpRequestException or ConnectionResetException ? "the upload broke off" : failure.Message);
        }
        catch (Exception unreachable) when (unreachable is RejectedException or TimeoutException or Orleans.Runtime.OrleansException)
        {
            // The grain ends an upload by itself that does not go on, and a silo its uploads when it starts; the first failure is the one to tell.
        }
    }
}
