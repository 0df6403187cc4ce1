namespace BookRec.Cli.Chaos;

/// <summary>An interaction as it is stored.</summary>
sealed record StoredRow(Guid Reader, long Id, long BookId, string Type);

/// <summary>Compares what was promised with what there is.</summary>
static class Checker
{
    /// <summary>
    /// Every acknowledged interaction must be there exactly once, under the id that was told. One that was sent and never acknowledged may be
    /// there once or not at all. There must be nothing else.
    /// </summary>
    /// <param name="intents">Everything that was ever sent, acknowledged or not.</param>
    /// <param name="stored">All interactions of the readers that took part.</param>
    /// <returns>What is wrong, a sentence each.</returns>
    public static IReadOnlyList<string> Compare(IEnumerable<Intent> intents, IEnumerable<Acknowledgement> acknowledged, IEnumerable<StoredRow> stored)
    {
        var rows = stored.ToLookup(row => (row.Reader, row.BookId, row.Type));
        var violations = new List<string>();
        foreach (var (intent, id) in acknowledged)
        {
            var found = rows[Identity(intent)].ToList();
            if (found.Count == 0)
                violations.Add($"lost: {Words(intent)} was acknowledged as {id}");
            else if (found.All(row => row.Id != id))
                violations.Add($"renamed: {Words(intent)} was acknowledged as {id} and is stored as {found[0].Id}");
        }

        var sent = intents.Select(Identity).ToHashSet();
        foreach (var group in rows)
        {
            if (!sent.Contains(group.Key))
                violations.Add($"stray: nobody sent {Words(group.First())}");
            else if (group.Count() > 1)
                violations.Add($"doubled: {Words(group.First())} is stored {group.Count()} times, as {string.Join(", ", group.Select(row => row.Id))}");
        }

        return violations;
    }

    static (Guid Reader, long BookId, string Type) Identity(Intent intent) => (intent.Reader, intent.BookId, intent.Type);

    static string Words(Intent intent) => $"{intent.Type} of book {intent.BookId} by {intent.Reader} (key {intent.Key})";

    static string Words(StoredRow row) => $"{row.Type} of book {row.BookId} by {row.Reader}";
}
