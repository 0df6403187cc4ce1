using BookRec.Grains.Interfaces.Readers;
using BookRec.Storage.Databases;

namespace BookRec.Storage.Interactions;

/// <summary>
/// Many requests inside one transaction, with the answers that one after the other would have had. SQLite runs in this process, where a
/// statement costs microseconds: the requests are simply recorded in order. PostgreSQL is a round trip away: a group takes three statements
/// whatever its size, one that looks everything up, one for all interactions, one for all keys.
/// </summary>
internal static class GroupRecorder
{
    private sealed record Account(Guid Id, long Number);

    private sealed record StoredKey(Guid UserId, string Key, string RequestHash, string Answer);

    /// <returns>Null when a request with one of the keys was committed after this looked: roll back and look again.</returns>
    public static Task<RecordResult[]?> Record(Session session, IReadOnlyList<RecordRequest> requests, long now)
        => session.Dialect.IsRemote ? InSets(session, requests, now) : OneByOne(session, requests, now);

    private static async Task<RecordResult[]?> OneByOne(Session session, IReadOnlyList<RecordRequest> requests, long now)
    {
        var results = new RecordResult[requests.Count];
        for (var i = 0; i < results.Length; i++)
        {
            if (await RequestRecorder.Record(session, requests[i], now) is not { } result) return null;
            results[i] = result;
        }

        return results;
    }

    private static async Task<RecordResult[]?> InSets(Session session, IReadOnlyList<RecordRequest> requests, long now)
    {
        var known = await LookUp(session, requests);
        var results = new RecordResult[requests.Count];
        var group = new Group();
        for (var i = 0; i < results.Length; i++)
        {
            var request = requests[i];
            if (!known.Readers.TryGetValue(request.UserId, out var reader))
            {
                results[i] = new RecordResult(RecordOutcome.UnknownUser, []);
                continue;
            }

            if (request.IdempotencyKey is { } key)
            {
                if (known.Keys.TryGetValue((request.UserId, key), out var first))
                {
                    results[i] = first.Hash == (request.RequestHash ?? "")
                        ? new RecordResult(RecordOutcome.Replayed, first.Items)
                        : new RecordResult(RecordOutcome.KeyReused, []);
                    continue;
                }

                // From here on the key is used, for those behind in the same group too.
                results[i] = group.Add(reader, request, known.Books);
                known.Keys[(request.UserId, key)] = (request.RequestHash ?? "", results[i].Items);
                continue;
            }

            results[i] = group.Add(reader, request, known.Books);
        }

        return await group.Insert(session, now) ? results : null;
    }

    private static async Task<Known> LookUp(Session session, IReadOnlyList<RecordRequest> requests)
    {
        var keyed = requests.Where(r => r.IdempotencyKey is not null).ToList();

        // LATERAL and LIMIT make it a look at the index for each key: while the planner takes the table for empty, it would rather read all of it.
        await using var found = await session.Several(
            """
            SELECT id, number FROM accounts WHERE id = ANY(@users);
            SELECT a.id AS userid, k.idempotency_key AS key, k.request_hash AS requesthash, k.answer
            FROM unnest(@keyusers, @keys) AS asked(id, key) JOIN accounts a ON a.id = asked.id
            CROSS JOIN LATERAL (SELECT * FROM idempotency_keys WHERE reader = a.number AND idempotency_key = asked.key LIMIT 1) k;
            SELECT id FROM books WHERE id = ANY(@books) AND deleted_at IS NULL
            """,
            new
            {
                users = requests.Select(r => r.UserId).Distinct().ToArray(),
                keyusers = keyed.Select(r => r.UserId).ToArray(),
                keys = keyed.Select(r => r.IdempotencyKey).ToArray(),
                books = requests.SelectMany(r => r.Rows).Select(r => r.BookId).Distinct().ToArray(),
            });
        var readers = (await found.ReadAsync<Account>()).ToDictionary(a => a.Id, a => a.Number);
        var keys = new Dictionary<(Guid, string), (string, IReadOnlyList<Interaction?>)>();
        foreach (var key in await found.ReadAsync<StoredKey>()) keys[(key.UserId, key.Key)] = (key.RequestHash, StoredJson.Read<Interaction?[]>(key.Answer));
        return new Known(readers, keys, [.. await found.ReadAsync<long>()]);
    }

    private sealed record Known(
        Dictionary<Guid, long> Readers, Dictionary<(Guid User, string Key), (string Hash, IReadOnlyList<Interaction?> Items)> Keys, HashSet<long> Books);

    /// <summary>What a group adds to the tables.</summary>
    private sealed class Group
    {
        private readonly List<(long Reader, InteractionRow Row, Interaction?[] Items, int Place)> _rows = [];
        private readonly List<(long Reader, string Key, string Hash, Interaction?[] Items)> _keys = [];

        /// <returns>The answer, whose items are filled in by <see cref="Insert"/>.</returns>
        public RecordResult Add(long reader, RecordRequest request, HashSet<long> books)
        {
            var items = new Interaction?[request.Rows.Count];
            for (var i = 0; i < items.Length; i++)
                if (books.Contains(request.Rows[i].BookId))
                    _rows.Add((reader, request.Rows[i], items, i));
            if (request.IdempotencyKey is { } key) _keys.Add((reader, key, request.RequestHash ?? "", items));
            return new RecordResult(RecordOutcome.Stored, items);
        }

        /// <returns>False when another transaction has committed one of the keys meanwhile.</returns>
        public async Task<bool> Insert(Session session, long now)
        {
            if (_rows.Count > 0) await InsertRows(session, now);
            return _keys.Count == 0 || await InsertKeys(session, now) == _keys.Count;
        }

        private async Task InsertRows(Session session, long now)
        {
            var ids = await session.List<long>(
                """
                INSERT INTO interactions (reader, book_id, type, rating, occurred_at, recorded_at, imported)
                SELECT reader, book, type, rating, at, @now, 0
                FROM unnest(@readers, @books, @types, @ratings, @ats) AS added(reader, book, type, rating, at)
                RETURNING id
                """,
                new
                {
                    now,
                    readers = _rows.Select(r => r.Reader).ToArray(),
                    books = _rows.Select(r => r.Row.BookId).ToArray(),
                    types = _rows.Select(r => (short)r.Row.Type).ToArray(),
                    ratings = _rows.Select(r => r.Row.Rating).ToArray(),
                    ats = _rows.Select(r => r.Row.OccurredAt.ToUnixTimeMilliseconds()).ToArray(),
                });

            // Ids are given out in the order of the rows; the order in which they are returned is nobody's promise.
            ids.Sort();
            foreach (var (added, id) in _rows.Zip(ids)) added.Items[added.Place] = RequestRecorder.Stored(id, added.Row);
        }

        private Task<int> InsertKeys(Session session, long now)
        {
            // Always in the same order, so that two groups that wait for each other's keys cannot wait in a circle.
            var keys = _keys.OrderBy(k => k.Reader).ThenBy(k => k.Key, StringComparer.Ordinal).ToList();
            return session.Execute(
                """
                INSERT INTO idempotency_keys (reader, idempotency_key, request_hash, answer, created_at)
                SELECT reader, key, hash, answer, @now FROM unnest(@readers, @keys, @hashes, @answers) AS added(reader, key, hash, answer)
                ON CONFLICT DO NOTHING
                """,
                new
                {
                    now,
                    readers = keys.Select(k => k.Reader).ToArray(),
                    keys = keys.Select(k => k.Key).ToArray(),
                    hashes = keys.Select(k => k.Hash).ToArray(),
                    answers = keys.Select(k => StoredJson.Write(k.Items)).ToArray(),
                });
        }
    }
}
