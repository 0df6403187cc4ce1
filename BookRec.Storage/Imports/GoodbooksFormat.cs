using System.Globalization;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Interfaces.Readers;

namespace BookRec.Storage.Imports;

/// <summary>
/// The files of goodbooks-10k as published: books.csv, ratings.csv, to_read.csv, book_tags.csv, tags.csv; any may be missing. In the first
/// release the book's own id is called <c>id</c> and Goodreads' <c>book_id</c>, later <c>book_id</c> and <c>goodreads_book_id</c>.
/// </summary>
internal sealed class GoodbooksFormat : FormatReader
{
    private const string BooksFile = "books.csv";
    private const string RatingsFile = "ratings.csv";
    private const string ToReadFile = "to_read.csv";
    private const string BookTagsFile = "book_tags.csv";
    private const string TagsFile = "tags.csv";

    /// <summary>Tags kept of each book, those given most often.</summary>
    private const int TagsABook = 20;

    /// <summary>Shelves that say what the reader did, not what the book is.</summary>
    private static readonly string[] s_shelves =
        ["to-read", "read", "reading", "owned", "own", "favorite", "favourite", "books-i", "my-", "default", "library", "kindle", "ebook", "e-book", "audio", "wish", "to-buy", "bought", "shelf", "dnf", "did-not-finish", "re-read", "finished"];

    public override IReadOnlyList<string> FileNames => [BooksFile, RatingsFile, ToReadFile, BookTagsFile, TagsFile];

    public override IEnumerable<ImportedBook> Books(ImportRun run)
    {
        if (!run.Files.Has(BooksFile)) yield break;
        var tags = TagsOfBooks(run);
        using var table = run.Files.Open(BooksFile, run.Report)!;
        var (own, goodreads) = table.Has("goodreads_book_id") ? ("book_id", "goodreads_book_id") : ("id", "book_id");
        table.Require(own, "authors", "original_publication_year", "title");
        while (table.Read())
        {
            if (!Fields.Id(table, own, out var id) || !Fields.Title(table, "title", out var title)
                || !Fields.Year(table, "original_publication_year", out var year) || !Fields.Average(table, "average_rating", out var average)
                || !Fields.Count(table, "ratings_count", out var count))
                continue;
            var draft = new BookDraft(
                title, Fields.Authors(table.Text("authors")), year, Fields.Known(table.Text("language_code")),
                tags.GetValueOrDefault(table.Text(goodreads)), null, Fields.Isbn(table, "isbn13", "isbn"), run.ExternalId(id));
            yield return new ImportedBook(draft, average, count);
        }
    }

    public override IEnumerable<ImportedInteraction> Interactions(ImportRun run)
        => Read(run, RatingsFile, rated: true).Concat(Read(run, ToReadFile, rated: false));

    private static IEnumerable<ImportedInteraction> Read(ImportRun run, string file, bool rated)
    {
        using var table = run.Files.Open(file, run.Report);
        if (table is null) yield break;
        table.Require("user_id", "book_id");
        if (rated) table.Require("rating");
        while (table.Read())
        {
            double? rating = null;
            if (!Fields.Id(table, "user_id", out var user) || !Fields.Id(table, "book_id", out var book)
                || (rated && !Fields.Rating(table, "rating", outOfTen: false, out rating)))
                continue;
            if (rated && rating is null) table.Refuse("rating", "missing");
            else yield return new ImportedInteraction(user, book, rated ? InteractionType.Rating : InteractionType.WantToRead, rating, 0, table.File, table.Line);
        }
    }

    private static Dictionary<string, string[]> TagsOfBooks(ImportRun run)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        using (var table = run.Files.Open(TagsFile, run.Report))
        {
            table?.Require("tag_id", "tag_name");
            while (table?.Read() == true)
            {
                var name = table.Text("tag_name").Trim('-').ToLowerInvariant();
                if (IsGenre(name)) names[table.Text("tag_id")] = name;
            }
        }

        var best = new Dictionary<string, PriorityQueue<string, long>>(StringComparer.Ordinal);
        using (var table = run.Files.Open(BookTagsFile, run.Report))
        {
            table?.Require("goodreads_book_id", "tag_id", "count");
            while (table?.Read() == true)
            {
                if (!names.TryGetValue(table.Text("tag_id"), out var name)) continue;
                if (!long.TryParse(table.Span("count"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count))
                {
                    table.Refuse("count", $"'{Table.Shown(table.Span("count"))}' is not a number");
                    continue;
                }

                var book = table.Text("goodreads_book_id");
                if (!best.TryGetValue(book, out var queue)) best[book] = queue = new PriorityQueue<string, long>();
                queue.Enqueue(name, count);
                if (queue.Count > TagsABook) queue.Dequeue();
            }
        }

        return best.ToDictionary(
            b => b.Key, b => b.Value.UnorderedItems.OrderByDescending(t => t.Priority).ThenBy(t => t.Element, StringComparer.Ordinal).Select(t => t.Element).ToArray(),
            StringComparer.Ordinal);
    }

    private static bool IsGenre(string tag)
        => tag.Length > 1 && tag.Any(char.IsLetter) && tag.All(char.IsAscii) && !s_shelves.Any(s => tag.Contains(s, StringComparison.Ordinal));
}
