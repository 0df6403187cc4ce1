using System.Security.Claims;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Hosting.Auth;
using BookRec.WebApi.Hosting;
using BookRec.WebApi.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BookRec.WebApi.Interactions;

public static class InteractionEndpoints
{
    public static void MapInteractions(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/interactions")
            .WithTags("Interactions")
            .RequireAuthorization(Policies.User)
            .WithValidation()
            .ProducesProblems(400, 401, 429, 500, 503);

        var writes = group.MapGroup("").ProducesProblems(413, 415, 422);
        writes.MapPost("", Record)
            .WithSummary("Tell what you did with a book")
            .WithDescription("Answered when it is stored; the next recommendation knows it. With an Idempotency-Key a retry is safe.")
            .ProducesProblem(404);
        writes.MapPost("/batch", RecordBatch).WithSummary("Up to 1,000 interactions at once; a refused one does not stop the others");
        group.MapGet("/me", History).WithSummary("Your interactions, newest first");
        group.MapDelete("/{id}", Undo).WithSummary("Take an interaction back, from the recommendations too");
    }

    private static async Task<Created<InteractionResponse>> Record(
        InteractionRequest request,
        IdempotencyKey key,
        Cluster cluster,
        ClaimsPrincipal caller)
    {
        var stored = await cluster.User(caller.UserId()).Record(request.ToNew(), key.Value);
        return TypedResults.Created((string?)null, InteractionResponse.From(stored));
    }

    /// <summary>Sends on what is well-formed and puts the answers back in the order of the request.</summary>
    private static async Task<Ok<InteractionBatchResponse>> RecordBatch(
        InteractionBatchRequest request,
        IdempotencyKey key,
        Cluster cluster,
        ClaimsPrincipal caller,
        TimeProvider clock)
    {
        var answers = request.Items!.Select(item => Refusal(item, clock.GetUtcNow())).ToArray();
        var sent = Enumerable.Range(0, answers.Length).Where(i => answers[i] is null).ToList();
        if (sent.Count > 0)
        {
            var stored = await cluster.User(caller.UserId()).RecordBatch([.. sent.Select(i => request.Items![i]!.ToNew())], key.Value);
            for (var i = 0; i < sent.Count; i++)
                answers[sent[i]] = Answer(stored[i]);
        }

        return TypedResults.Ok(new InteractionBatchResponse(answers!));
    }

    private static async Task<Ok<ListResponse<InteractionResponse>>> History(PageParameters page, Cluster cluster, ClaimsPrincipal caller)
        => TypedResults.Ok(ListResponse.From(await cluster.User(caller.UserId()).History(page.Value), InteractionResponse.From));

    private static async Task<Results<NoContent, NotFound>> Undo(long id, Cluster cluster, ClaimsPrincipal caller)
        => await cluster.User(caller.UserId()).Undo(id) ? TypedResults.NoContent() : TypedResults.NotFound();

    /// <summary>The first thing wrong with an item, or null.</summary>
    private static BatchItemResponse? Refusal(InteractionRequest? item, DateTimeOffset now)
    {
        if (item is null)
            return new(null, new("item", Words.Required));

        var errors = new FieldErrors();
        item.Validate(errors, now);
        return errors.Any && errors.ToDictionary().First() is var (field, reasons) ? new(null, new(field, reasons[0])) : null;
    }

    private static BatchItemResponse Answer(BatchItem item) => new(
        item.Stored is null ? null : InteractionResponse.From(item.Stored),
        item.Error is null ? null : new(item.Error.Field, item.Error.Message));
}
