using BookRec.Grains.Interfaces.Training;
using BookRec.WebApi.Hosting;
using BookRec.WebApi.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BookRec.WebApi.Admin;

public static class TrainingEndpoints
{
    private const string Runs = "/api/admin/training-runs";

    public static void MapTraining(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapAdminGroup("Training");

        group.MapPost("/retrain", Retrain).WithSummary("Train a new model").ProducesProblem(409);
        group.MapGet("/training-runs", List).WithSummary("All training runs, newest first");
        group.MapGet("/training-runs/{id}", Get).WithSummary("One training run");
        group.MapPost("/training-runs/{id}/cancel", Cancel).WithSummary("Ask a run to stop; an ended one stays as it is");
        group.MapGet("/training-runs/{id}/events", Watch)
            .WithSummary("Follow a run as server-sent events")
            .WithDescription("`progress` carries the run after every change, `ping` only keeps the connection open, `end` carries the ended run and is the last.")
            .Produces<TrainingRunResponse>(StatusCodes.Status200OK, "text/event-stream")
            .DisableRequestTimeout();
    }

    private static async Task<Accepted<TrainingRunResponse>> Retrain(Cluster cluster, HttpContext context)
    {
        var run = await cluster.Training.Start(TrainingTrigger.Demand);
        context.SetAuditTarget(run.Id.ToString());
        return TypedResults.Accepted($"{Runs}/{run.Id}", TrainingRunResponse.From(run));
    }

    private static async Task<Ok<ListResponse<TrainingRunResponse>>> List(PageParameters page, Cluster cluster)
        => TypedResults.Ok(ListResponse.From(await cluster.Training.List(page.Value), TrainingRunResponse.From));

    private static async Task<Results<Ok<TrainingRunResponse>, NotFound>> Get(Guid id, Cluster cluster)
        => await cluster.Training.Get(id) is { } run ? TypedResults.Ok(TrainingRunResponse.From(run)) : TypedResults.NotFound();

    private static async Task<Results<Ok<TrainingRunResponse>, NotFound>> Cancel(Guid id, Cluster cluster)
        => await cluster.Training.Cancel(id) is { } run ? TypedResults.Ok(TrainingRunResponse.From(run)) : TypedResults.NotFound();

    private static async Task<Results<ServerSentEventsResult<TrainingRunResponse?>, NotFound>> Watch(
        Guid id,
        Cluster cluster,
        TimeProvider clock,
        HttpResponse response,
        CancellationToken cancelled)
    {
        if (await cluster.Training.Get(id) is null)
            return TypedResults.NotFound();

        // NGINX would hold events back to fill its buffer.
        response.Headers["X-Accel-Buffering"] = "no";
        var changes = cluster.Training.Watch(id, cancelled);
        return TypedResults.ServerSentEvents(TrainingEvents.From(changes, clock, cancelled));
    }
}
