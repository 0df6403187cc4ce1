using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Storage.Databases;

namespace BookRec.Storage.Interactions;

/// <summary>An interaction that passed validation, ready to be stored.</summary>
public sealed record InteractionRow(long BookId, InteractionType Type, double? Rating, DateTimeOffset OccurredAt);

/// <summary>One request of one reader that is stored as a whole.</summary>
/// <param name="Rows">In order.</param>
/// <param name="IdempotencyKey">Null when the caller gave none.</param>
/// <param name="RequestHash">Of the request's meaning; compared when the key comes again.</param>
public sealed record RecordRequest(Guid UserId, IReadOnlyList<InteractionRow> Rows, string? IdempotencyKey, string? RequestHash);

public enum RecordOutcome
{
    Stored,

    /// <summary>The key was used before with the same request: the first answer again, nothing stored.</summary>
    Replayed,

    /// <summary>The key was used before with another request; nothing stored.</summary>
    KeyReused,

    /// <summary>There is no account with this id; nothing stored.</summary>
    UnknownUser,
}

/// <param name="Items">In the order of the request's rows; null where the book does not exist. Empty unless stored or replayed.</param>
public sealed record RecordResult(RecordOutcome Outcome, IReadOnlyList<Interaction?> Items);

/// <summary>An interaction of the training feed.</summary>
/// <param name="Reader">The account's internal number.</param>
/// <param name="Day">Days since 1970-01-01, 0 when the time is unknown.</param>
public readonly record struct TrainingInteraction(long Reader, long BookId, InteractionType Type, float Rating, int Day);

/// <summary>Interactions and the idempotency keys they came with, committed together.</summary>
public sealed class InteractionStore(Database database, TimeProvider time)
{
    /// <summary>
    /// Stores one request in one transaction: the interactions and, with a key, the key with its hash and answer. Returns after the commit.
    /// Rows whose book does not exist (or was deleted) are left out, the others go in.
    /// </summary>
    public Task<RecordResult> Record(RecordRequest request, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <returns>False when this reader has no such interaction.</returns>
    public Task<bool> Delete(Guid userId, long interactionId, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Newest first by (occurred_at, id).</summary>
    public Task<Page<Interaction>> History(Guid userId, PageRequest page, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>All interactions of one reader, oldest first by (occurred_at, id), those without a time first.</summary>
    public Task<IReadOnlyList<Interaction>> All(Guid userId, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>
    /// All interactions of all readers, streamed: grouped by reader, within a reader oldest first by (occurred_at, id).
    /// Memory stays flat; SQLite readers do not block writers (WAL), PostgreSQL uses one snapshot.
    /// </summary>
    public IAsyncEnumerable<TrainingInteraction> TrainingFeed(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public Task<long> Count(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Forgets idempotency keys older than a time; returns how many.</summary>
    public Task<int> ForgetKeys(DateTimeOffset before, CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
