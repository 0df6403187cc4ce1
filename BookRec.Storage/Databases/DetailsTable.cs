namespace BookRec.Storage.Databases;

/// <summary>A table of things kept as JSON beside what they are looked up by: id, state and start.</summary>
internal sealed class DetailsTable(string table)
{
    public sealed class Row
    {
        public long Number { get; set; }

        public long StartedAt { get; set; }

        public string Details { get; set; } = "";
    }

    public Task<int> Save<T>(Session session, Guid id, string state, DateTimeOffset startedAt, T details)
        => session.Execute(
            $"""
            INSERT INTO {table} (id, state, started_at, details) VALUES (@id, @state, @startedAt, @details)
            ON CONFLICT (id) DO UPDATE SET state = excluded.state, started_at = excluded.started_at, details = excluded.details
            """,
            new { id, state, startedAt = startedAt.ToUnixTimeMilliseconds(), details = StoredJson.Write(details) });

    public async Task<T?> Find<T>(Session session, Guid id)
        where T : class
        => await session.Single<string>($"SELECT details FROM {table} WHERE id = @id", new { id }) is { } json ? StoredJson.Read<T>(json) : null;

    public async Task<IReadOnlyList<T>> InStates<T>(Session session, string[] states)
        => [.. (await session.List<string>(
            $"SELECT details FROM {table} WHERE {session.Dialect.In("state", "states")} ORDER BY started_at, number",
            new { states })).Select(StoredJson.Read<T>)];

    /// <summary>Newest first, after the cursor if there is one.</summary>
    public Task<List<Row>> Newest(Session session, Cursor? cursor, int limit)
    {
        var after = cursor is null ? "" : "WHERE (started_at, number) < (@at, @number)";
        return session.List<Row>(
            $"SELECT number, started_at AS startedat, details FROM {table} {after} ORDER BY started_at DESC, number DESC LIMIT @limit",
            new { at = cursor?.Number ?? 0, number = cursor?.Id ?? 0, limit });
    }
}
