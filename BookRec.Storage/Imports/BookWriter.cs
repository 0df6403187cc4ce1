using BookRec.Storage.Catalogue;
using BookRec.Storage.Databases;

namespace BookRec.Storage.Imports;

/// <summary>Puts batches of imported books into the catalogue. A book that is there, or was deleted, stays as it is.</summary>
internal sealed class BookWriter(long now)
{
    private readonly BulkTable<(ImportedBook Book, BookContent Content)> _table = new(
        "books",
        [
            new("external_id", "text"), new("revision", "bigint"), new("title", "text"), new("title_key", "text"), new("authors", "text"),
            new("year", "bigint"), new("language", "text"), new("genres", "text"), new("description", "text"), new("isbn", "text"),
            new("average_rating", "double precision"), new("ratings_count", "bigint"), new("rated_by_source", "smallint"),
            new("created_at", "bigint"), new("updated_at", "bigint"),
        ],
        (row, item) =>
        {
            var (book, content) = item;
            row.Add(content.ExternalId);
            row.Add(1L);
            row.Add(content.Title);
            row.Add(content.TitleKey);
            row.Add(content.AuthorsJson);
            row.Add((long?)content.Year);
            row.Add(content.Language);
            row.Add(content.GenresJson);
            row.Add(content.Description);
            row.Add(content.Isbn);
            row.Add(book.AverageRating);
            row.Add(book.RatingsCount ?? 0);
            row.Add((short)(book.AverageRating is null && book.RatingsCount is null ? 0 : 1));
            row.Add((long?)now);
            row.Add((long?)now);
        });

    /// <returns>How many books were added.</returns>
    public async Task<long> Write(Session session, IReadOnlyList<ImportedBook> batch)
    {
        var contents = batch.Select(b => (Book: b, Content: new BookContent(b.Draft))).DistinctBy(b => b.Content.ExternalId).ToList();
        var numbers = new ExternalKeys("books", "id");
        var missing = (await numbers.Load(session, [.. contents.Select(c => c.Content.ExternalId!)])).ToHashSet(StringComparer.Ordinal);
        var fresh = contents.Where(c => missing.Contains(c.Content.ExternalId!)).ToList();
        if (fresh.Count == 0) return 0;
        var added = await session.Dialect.Insert(session, _table, fresh);
        await numbers.Load(session, missing);
        await BookIndex.Add(session, [.. fresh.Select(c => (numbers.TryGet(c.Content.ExternalId!, out var id) ? id : 0, c.Content.Indexed)).Where(b => b.Item1 > 0)]);
        return added;
    }
}
