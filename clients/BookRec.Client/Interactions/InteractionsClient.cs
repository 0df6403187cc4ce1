using BookRec.Client.Http;

namespace BookRec.Client.Interactions;

/// <summary>What the reader did with books.</summary>
public sealed class InteractionsClient
{
    private const string Path = "api/interactions";

    private readonly Calls _calls;

    internal InteractionsClient(Calls calls) => _calls = calls;

    /// <summary>Answered when it is stored; the next recommendation knows it.</summary>
    /// <param name="idempotencyKey">
    /// What makes a repetition recognisable, 1 to 200 printable ASCII characters. The client chooses one for each call by itself; an application
    /// that repeats a call after its own restart passes the same one again.
    /// </param>
    public Task<Interaction> Record(NewInteraction interaction, string? idempotencyKey = null, CancellationToken cancellation = default)
        => _calls.Ask<Interaction>(Call.Post(Path, interaction) with { IdempotencyKey = idempotencyKey ?? NewKey() }, cancellation);

    /// <summary>Up to 1,000 at once; a refused one does not stop the others.</summary>
    /// <param name="idempotencyKey">As for <see cref="Record"/>.</param>
    /// <returns>The fate of each, in the order of <paramref name="batch"/>.</returns>
    public Task<RecordedBatch> RecordBatch(InteractionBatch batch, string? idempotencyKey = null, CancellationToken cancellation = default)
        => _calls.Ask<RecordedBatch>(Call.Post($"{Path}/batch", batch) with { IdempotencyKey = idempotencyKey ?? NewKey() }, cancellation);

    /// <summary>Newest first.</summary>
    public Task<Page<Interaction>> History(PageRequest? page = null, CancellationToken cancellation = default)
        => _calls.Ask<Page<Interaction>>(Call.Get(new Query($"{Path}/me").Add(page).ToString()), cancellation);

    /// <summary>Takes an interaction back, from the recommendations too.</summary>
    public Task Undo(long id, CancellationToken cancellation = default) => _calls.Tell(Call.Delete($"{Path}/{id}"), cancellation);

    private static string NewKey() => Guid.NewGuid().ToString("N");
}

public enum InteractionType
{
    Unknown,
    View,
    WantToRead,
    Started,
    Finished,
    Like,
    Rating,
    Dislike,
    NotInterested,
    Abandoned,
}

/// <param name="Rating">0.5 to 5 in halves; with <see cref="InteractionType.Rating"/> and only then.</param>
/// <param name="OccurredAt">Now, if null.</param>
public sealed record NewInteraction(long BookId, InteractionType Type, double? Rating = null, DateTimeOffset? OccurredAt = null);

/// <param name="OccurredAt">UTC; null when an imported source gave no time.</param>
public sealed record Interaction(long Id, long BookId, InteractionType Type, double? Rating, DateTimeOffset? OccurredAt);

/// <param name="Items">1 to 1,000, each judged by itself.</param>
public sealed record InteractionBatch(IReadOnlyList<NewInteraction> Items);

public sealed record RecordedBatch(IReadOnlyList<RecordedItem> Items);

/// <summary>The fate of one interaction: exactly one of the two is set.</summary>
public sealed record RecordedItem(Interaction? Interaction, FieldError? Error);

public sealed record FieldError(string Field, string Message);
