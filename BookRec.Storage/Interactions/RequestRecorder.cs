using System.Data;
using System.Globalization;
using System.Text;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Storage.Databases;
using Dapper;

namespace BookRec.Storage.Interactions;

/// <summary>
/// One request inside a transaction somebody else began and will commit; so several requests may share one commit.
/// </summary>
internal static class RequestRecorder
{
    /// <summary>Rows to a statement: few enough for its parameters, and one text for each number of rows.</summary>
    private const int RowsAStatement = 100;

    private sealed class Caller
    {
        public long Reader { get; set; }

        public string? RequestHash { get; set; }

        public string? Answer { get; set; }
    }

    /// <returns>Null when a request with the same key was committed after this one looked: roll back and look again.</returns>
    public static async Task<RecordResult?> Record(Session session, RecordRequest request, long now)
    {
        var caller = await session.Single<Caller>(
            """
            SELECT a.number AS reader, k.request_hash AS requesthash, k.answer
            FROM accounts a LEFT JOIN idempotency_keys k ON k.reader = a.number AND k.idempotency_key = @key
            WHERE a.id = @userId
            """,
            new { userId = request.UserId, key = request.IdempotencyKey });
        if (caller is null) return new RecordResult(RecordOutcome.UnknownUser, []);
        if (caller.Answer is { } answer)
        {
            return caller.RequestHash == (request.RequestHash ?? "")
                ? new RecordResult(RecordOutcome.Replayed, StoredJson.Read<Interaction?[]>(answer))
                : new RecordResult(RecordOutcome.KeyReused, []);
        }

        var items = await Insert(session, caller.Reader, request.Rows, now);
        if (request.IdempotencyKey is { } key)
        {
            // Waits here for another transaction with the same key: if that one commits, nothing is inserted.
            var inserted = await session.Execute(
                """
                INSERT INTO idempotency_keys (reader, idempotency_key, request_hash, answer, created_at)
                VALUES (@reader, @key, @hash, @answer, @now) ON CONFLICT DO NOTHING
                """,
                new { reader = caller.Reader, key, hash = request.RequestHash ?? "", answer = StoredJson.Write(items), now });
            if (inserted == 0) return null;
        }

        return new RecordResult(RecordOutcome.Stored, items);
    }

    /// <summary>A row as it reads once it is stored: its time in milliseconds.</summary>
    public static Interaction Stored(long id, InteractionRow row)
        => new(id, row.BookId, row.Type, row.Rating, Instants.Known(row.OccurredAt.ToUnixTimeMilliseconds()));

    private static async Task<Interaction?[]> Insert(Session session, long reader, IReadOnlyList<InteractionRow> rows, long now)
    {
        var living = new HashSet<long>();
        foreach (var ids in rows.Select(r => r.BookId).Distinct().Chunk(RowsAStatement))
            living.UnionWith(await session.List<long>($"SELECT id FROM books WHERE {session.Dialect.In("id", "ids")} AND deleted_at IS NULL", new { ids }));

        var items = new Interaction?[rows.Count];
        foreach (var places in Enumerable.Range(0, rows.Count).Where(i => living.Contains(rows[i].BookId)).Chunk(RowsAStatement))
        {
            var (sql, parameters) = Statement(reader, [.. places.Select(p => rows[p])], now);

            // Ids are given out in the order of the rows; the order in which they are returned is nobody's promise.
            var ids = await session.List<long>(sql, parameters);
            ids.Sort();
            foreach (var (place, id) in places.Zip(ids))
            {
                items[place] = Stored(id, rows[place]);
            }
        }

        return items;
    }

    private static (string Sql, DynamicParameters Parameters) Statement(long reader, IReadOnlyList<InteractionRow> rows, long now)
    {
        var sql = new StringBuilder("INSERT INTO interactions (reader, book_id, type, rating, occurred_at, recorded_at, imported) VALUES ");
        var parameters = new DynamicParameters();
        parameters.Add("reader", reader);
        parameters.Add("now", now);
        for (var i = 0; i < rows.Count; i++)
        {
            sql.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ", ")}(@reader, @book{i}, @type{i}, @rating{i}, @at{i}, @now, 0)");
            parameters.Add($"book{i}", rows[i].BookId);
            parameters.Add($"type{i}", (short)rows[i].Type);
            parameters.Add($"rating{i}", rows[i].Rating, DbType.Double);
            parameters.Add($"at{i}", rows[i].OccurredAt.ToUnixTimeMilliseconds());
        }

        return (sql.Append(" RETURNING id").ToString(), parameters);
    }
}
