using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
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
/// <param name="Rating">0.5 to 5; 0 when the interaction is no rating.</param>
/// <param name="Day">Days since 1970-01-01, 0 when the time is unknown.</param>
public readonly record struct TrainingInteraction(long Reader, long BookId, InteractionType Type, float Rating, int Day);

/// <summary>Interactions and the idempotency keys they came with, committed together.</summary>
public sealed class InteractionStore(Database database, TimeProvider time)
{
    private const string Columns = "i.id, i.book_id AS bookid, i.type, i.rating, i.occurred_at AS occurredat";

    /// <summary>
    /// Stores one request in one transaction: the interactions and, with a key, the key with its hash and answer. Returns after the commit.
    /// Rows whose book does not exist (or was deleted) are left out, the others go in.
    /// </summary>
    public async Task<RecordResult> Record(RecordRequest request, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var result = await database.Write(
                async session =>
                {
                    var recorded = await RequestRecorder.Record(session, request, time.NowMilliseconds());
                    if (recorded is null) session.Abandon();
                    return recorded;
                },
                cancellationToken);
            if (result is not null) return result;

            // A request with the same key was committed meanwhile; this time its answer is found.
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Stores many requests in one transaction, with the results that <see cref="Record"/> would give one after the other.</summary>
    /// <returns>
    /// In the order of the requests. Null when one of them cannot be stored: then nothing was, and one by one it shows which. Any other failure
    /// is thrown, and then a commit under way may have gone through.
    /// </returns>
    internal async Task<IReadOnlyList<RecordResult>?> RecordTogether(IReadOnlyList<RecordRequest> requests, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var refused = false;
            var results = await database.Write(
                async session =>
                {
                    try
                    {
                        if (await GroupRecorder.Record(session, requests, time.NowMilliseconds()) is { } recorded) return recorded;
                    }
                    catch (Exception e) when (e is DbException failure ? session.Dialect.IsRefusal(failure) : e is not OperationCanceledException)
                    {
                        // Rolled back below. Whoever is to blame fails again when it is stored alone, and then its caller hears of it.
                        refused = true;
                    }

                    session.Abandon();
                    return null;
                },
                cancellationToken);
            if (results is not null || refused) return results;

            // A request with one of the keys was committed meanwhile; this time its answer is found.
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <returns>False when this reader has no such interaction.</returns>
    public Task<bool> Delete(Guid userId, long interactionId, CancellationToken cancellationToken = default)
        => database.Write(
            async session => await session.Execute(
                "DELETE FROM interactions WHERE id = @interactionId AND reader = (SELECT number FROM accounts WHERE id = @userId)",
                new { interactionId, userId }) > 0,
            cancellationToken);

    /// <summary>Newest first by (occurred_at, id).</summary>
    public Task<Page<Interaction>> History(Guid userId, PageRequest page, CancellationToken cancellationToken = default)
    {
        var list = $"interactions {userId}";
        var cursor = Cursor.Decode(list, page.Cursor, Cursor.HoldsNumber);
        var after = cursor is null ? "" : "AND (i.occurred_at, i.id) < (@at, @id)";
        return database.Read(
            async session =>
            {
                var rows = await session.List<StoredInteraction>(
                    $"""
                    SELECT {Columns} FROM interactions i
                    WHERE i.reader = (SELECT number FROM accounts WHERE id = @userId) {after}
                    ORDER BY i.occurred_at DESC, i.id DESC LIMIT @limit
                    """,
                    new { userId, at = cursor?.Number ?? 0, id = cursor?.Id ?? 0, limit = page.Limit + 1 });
                return rows.ToPage(
                    page.Limit, r => r.ToInteraction(), last => Cursor.Encode(list, last.OccurredAt.ToString(CultureInfo.InvariantCulture), last.Id));
            },
            cancellationToken);
    }

    /// <summary>The idempotency keys of one reader that are still remembered, in order.</summary>
    public Task<Page<UsedKey>> Keys(Guid userId, PageRequest page, CancellationToken cancellationToken = default)
    {
        var list = $"keys {userId}";
        var cursor = Cursor.Decode(list, page.Cursor, _ => true);
        return database.Read(
            async session =>
            {
                var rows = await session.List<KeyRow>(
                    $"""
                    SELECT idempotency_key AS usedkey, created_at AS createdat FROM idempotency_keys
                    WHERE reader = (SELECT number FROM accounts WHERE id = @userId) {(cursor is null ? "" : "AND idempotency_key > @after")}
                    ORDER BY idempotency_key LIMIT @limit
                    """,
                    new { userId, after = cursor?.Key, limit = page.Limit + 1 });
                return rows.ToPage(
                    page.Limit, r => new UsedKey(r.UsedKey, DateTimeOffset.FromUnixTimeMilliseconds(r.CreatedAt)), last => Cursor.Encode(list, last.UsedKey, 0));
            },
            cancellationToken);
    }

    /// <summary>All interactions of one reader, oldest first by (occurred_at, id), those without a time first.</summary>
    public async Task<IReadOnlyList<Interaction>> All(Guid userId, CancellationToken cancellationToken = default)
    {
        var rows = await database.Read(
            session => session.List<StoredInteraction>(
                $"""
                SELECT {Columns} FROM interactions i
                WHERE i.reader = (SELECT number FROM accounts WHERE id = @userId)
                ORDER BY i.occurred_at, i.id
                """,
                new { userId }),
            cancellationToken);
        return [.. rows.Select(r => r.ToInteraction())];
    }

    /// <summary>
    /// All interactions of all readers, streamed: grouped by reader, within a reader oldest first by (occurred_at, id).
    /// Memory stays flat; SQLite readers do not block writers (WAL), PostgreSQL uses one snapshot.
    /// </summary>
    public async IAsyncEnumerable<TrainingInteraction> TrainingFeed([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        const long millisecondsADay = 86_400_000;
        await using var connection = await database.Open(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT reader, book_id, type, rating, occurred_at FROM interactions ORDER BY reader, occurred_at, id";
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return new TrainingInteraction(
                reader.GetInt64(0), reader.GetInt64(1), (InteractionType)reader.GetInt16(2), reader.IsDBNull(3) ? 0 : (float)reader.GetDouble(3),
                (int)(reader.GetInt64(4) / millisecondsADay));
        }
    }

    public Task<long> Count(CancellationToken cancellationToken = default)
        => database.Read(session => session.Scalar<long>("SELECT COUNT(*) FROM interactions"), cancellationToken);

    /// <summary>Forgets idempotency keys older than a time; returns how many.</summary>
    public Task<int> ForgetKeys(DateTimeOffset before, CancellationToken cancellationToken = default)
        => database.Maintain(
            session => session.Execute("DELETE FROM idempotency_keys WHERE created_at < @before", new { before = before.ToUnixTimeMilliseconds() }),
            cancellationToken);

    private sealed class KeyRow
    {
        public string UsedKey { get; set; } = "";

        public long CreatedAt { get; set; }
    }
}
