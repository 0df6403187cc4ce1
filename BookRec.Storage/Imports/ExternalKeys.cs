using BookRec.Storage.Databases;

namespace BookRec.Storage.Imports;

/// <summary>Our numbers of a source's ids, looked up in batches and kept while there is room.</summary>
internal sealed class ExternalKeys(string table, string number)
{
    /// <summary>Ids kept, some 100 bytes each; beyond that all are forgotten, and looked up again when they come.</summary>
    private const int Room = 500_000;

    private const int IdsAStatement = 500;

    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public long Number { get; set; }
    }

    public bool TryGet(string externalId, out long key) => _numbers.TryGetValue(externalId, out key);

    /// <summary>Makes room where there is none left; to be called between batches, never within one.</summary>
    public void Trim()
    {
        if (_numbers.Count > Room) _numbers.Clear();
    }

    /// <summary>Looks up the ids that are not known yet; returns those that do not exist.</summary>
    public async Task<IReadOnlyList<string>> Load(Session session, IReadOnlyCollection<string> externalIds)
    {
        var unknown = externalIds.Where(id => !_numbers.ContainsKey(id)).ToList();
        var sql = $"SELECT external_id AS id, {number} AS number FROM {table} WHERE {session.Dialect.In("external_id", "ids")}";
        foreach (var ids in unknown.Chunk(IdsAStatement))
        {
            foreach (var row in await session.List<Row>(sql, new { ids }))
                _numbers[row.Id] = row.Number;
        }

        return [.. unknown.Where(id => !_numbers.ContainsKey(id))];
    }
}
