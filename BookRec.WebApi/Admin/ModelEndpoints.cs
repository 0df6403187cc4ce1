using BookRec.Grains.Interfaces;
using BookRec.WebApi.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BookRec.WebApi.Admin;

public static class ModelEndpoints
{
    private const int VersionLength = 100;

    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapAdminGroup("Models");

        group.MapGet("/model-status", Status).WithSummary("What serves, what served before, what is in training");
        group.MapPost("/models/{version}/promote", Promote).WithSummary("Take an earlier version live again").ProducesProblem(404).ProducesProblem(409);
        group.MapPost("/models/rollback", Rollback).WithSummary("Swap back to the previous version").ProducesProblem(409);
    }

    private static async Task<Ok<ModelStatusResponse>> Status(Cluster cluster)
    {
        var registry = cluster.Models.Status();
        var training = cluster.Training.Current();
        var status = await registry;
        return TypedResults.Ok(new ModelStatusResponse(
            status.Active is null ? null : ModelVersionResponse.From(status.Active),
            status.Previous is null ? null : ModelVersionResponse.From(status.Previous),
            await training is { } run ? TrainingRunResponse.From(run) : null,
            [.. status.Versions.Select(ModelVersionResponse.From)]));
    }

    private static async Task<Ok<ModelVersionResponse>> Promote(string version, Cluster cluster)
    {
        if (version.Length > VersionLength || version.Any(char.IsControl))
            throw new RejectedException(RejectionKind.NotFound, "There is no such model version.");
        return TypedResults.Ok(ModelVersionResponse.From(await cluster.Models.Promote(version)));
    }

    private static async Task<Ok<ModelVersionResponse>> Rollback(Cluster cluster, HttpContext context)
    {
        var active = await cluster.Models.Rollback();
        context.SetAuditTarget(active.Version);
        return TypedResults.Ok(ModelVersionResponse.From(active));
    }
}
