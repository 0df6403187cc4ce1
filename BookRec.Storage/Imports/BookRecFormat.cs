using System.Globalization;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Interfaces.Readers;

namespace BookRec.Storage.Imports;

/// <summary>
/// Our own files: <c>books.csv</c> (id, title, authors, year, language, tags; more if known), <c>interactions.csv</c> and
/// <c>to_read.csv</c> (user, book, rating, timestamp). An interaction with a rating is a rating, one without means the book was finished.
/// </summary>
/// <remarks>
/// The scale of a file's ratings is found out by a first pass: to 10 when more than one rating in <see cref="OneIn"/> is a whole number
/// of 6 to 10, else to 5. The margin keeps a few mistyped ratings from halving all the others.
/// </remarks>
internal sealed class BookRecFormat : FormatReader
{
    private const int OneIn = 20;

    private const string BooksFile = "books.csv";
    private const string InteractionsFile = "interactions.csv";
    private const string ToReadFile = "to_read.csv";

    public override IReadOnlyList<string> FileNames => [BooksFile, InteractionsFile, ToReadFile];

    public override IEnumerable<ImportedBook> Books(ImportRun run)
    {
        using var table = run.Files.Open(BooksFile, run.Report);
        if (table is null) yield break;
        table.Require("id", "title", "authors", "year", "language", "tags");
        while (table.Read())
        {
            if (!Fields.Id(table, "id", out var id) || !Fields.Title(table, "title", out var title) || !Fields.Year(table, "year", out var year)
                || !Fields.Average(table, "average_rating", out var average) || !Fields.Count(table, "ratings_count", out var count))
                continue;
            var draft = new BookDraft(
                title, Fields.Authors(table.Text("authors")), year, Fields.Known(table.Text("language")), table.Text("tags").Split(';'),
                Fields.Description(table, "description"), Fields.Isbn(table, "isbn13", "isbn", "isbn10"), run.ExternalId(id));
            yield return new ImportedBook(draft, average, count);
        }
    }

    public override IEnumerable<ImportedInteraction> Interactions(ImportRun run)
        => Read(run, InteractionsFile, InteractionType.Finished).Concat(Read(run, ToReadFile, InteractionType.WantToRead));

    private static IEnumerable<ImportedInteraction> Read(ImportRun run, string file, InteractionType unrated)
    {
        var toRead = unrated is InteractionType.WantToRead;
        var outOfTen = !toRead && IsOutOfTen(run.Files, file);
        using var table = run.Files.Open(file, run.Report);
        if (table is null) yield break;
        table.Require("user", "book", "rating", "timestamp");
        while (table.Read())
        {
            double? rating = null;
            if (!Fields.Id(table, "user", out var user) || !Fields.Id(table, "book", out var book)
                || (!toRead && !Fields.Rating(table, "rating", outOfTen, out rating)) || !Fields.Timestamp(table, "timestamp", run.Now, out var at))
                continue;
            yield return new ImportedInteraction(user, book, rating is null ? unrated : InteractionType.Rating, rating, at, table.File, table.Line);
        }
    }

    private static bool IsOutOfTen(ImportFiles files, string file)
    {
        using var table = files.Peek(file);
        if (table is null || !table.Has("rating")) return false;
        long rated = 0, high = 0;
        while (table.Read())
        {
            if (!double.TryParse(table.Span("rating"), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) continue;
            rated++;
            if (number is 6 or 7 or 8 or 9 or 10) high++;
        }

        return high * OneIn > rated;
    }
}
