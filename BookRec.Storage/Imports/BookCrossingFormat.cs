using System.Globalization;
using System.Net;
using System.Text;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Interfaces.Readers;

namespace BookRec.Storage.Imports;

/// <summary>
/// The files of Book-Crossing as published: Latin-1, semicolons, broken rows. Books go by ISBN. A rating of 0 means the book was read and
/// not rated; 1 to 10 become halves. Readers are made from the ratings; <c>BX-Users.csv</c> tells nothing that is kept.
/// </summary>
internal sealed class BookCrossingFormat : FormatReader
{
    private const string BooksFile = "bx-books.csv";
    private const string UsersFile = "bx-users.csv";
    private const string RatingsFile = "bx-book-ratings.csv";

    public override IReadOnlyList<string> FileNames => [BooksFile, UsersFile, RatingsFile];

    public override IEnumerable<ImportedBook> Books(ImportRun run)
    {
        using var table = Open(run, BooksFile);
        if (table is null) yield break;
        table.Require("ISBN", "Book-Title", "Book-Author", "Year-Of-Publication");
        while (table.Read())
        {
            if (!Fields.Id(table, "ISBN", out var isbn) || !Fields.Title(table, "Book-Title", out var title)
                || !Fields.Year(table, "Year-Of-Publication", out var year))
                continue;
            var author = WebUtility.HtmlDecode(table.Text("Book-Author"));
            var draft = new BookDraft(
                WebUtility.HtmlDecode(title), author.Length == 0 ? [] : [author], year is 0 ? null : year, null, null, null,
                Fields.Isbn(table, "ISBN"), run.ExternalId(isbn.ToUpperInvariant()));
            yield return new ImportedBook(draft, null, null);
        }
    }

    public override IEnumerable<ImportedInteraction> Interactions(ImportRun run)
    {
        using var table = Open(run, RatingsFile);
        if (table is null) yield break;
        table.Require("User-ID", "ISBN", "Book-Rating");
        while (table.Read())
        {
            if (!Fields.Id(table, "User-ID", out var user) || !Fields.Id(table, "ISBN", out var isbn)) continue;
            double? rating = null;
            var read = int.TryParse(table.Span("Book-Rating"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number == 0;
            if (!read && !Fields.Rating(table, "Book-Rating", outOfTen: true, out rating)) continue;
            if (!read && rating is null)
            {
                table.Refuse("Book-Rating", "missing");
                continue;
            }

            yield return new ImportedInteraction(
                user, isbn.ToUpperInvariant(), read ? InteractionType.Finished : InteractionType.Rating, rating, 0, table.File, table.Line);
        }
    }

    private static Table? Open(ImportRun run, string file) => run.Files.Open(file, run.Report, text => new SemicolonRows(text), Encoding.Latin1);
}
