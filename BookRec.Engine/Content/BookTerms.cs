using System.Globalization;

namespace BookRec.Engine.Content;

/// <param name="Key">What is compared; fields have their own prefix.</param>
/// <param name="Name">What is shown to people.</param>
/// <param name="FieldWeight">Factor on the term's TF-IDF weight.</param>
readonly record struct BookTerm(string Key, string Name, double FieldWeight);

/// <summary>
/// The terms a book is described by: words of the title and the description, and as whole labels the authors, the series, the genres and
/// the decade. A language is no term: it would make all books in it alike.
/// </summary>
static class BookTerms
{
    const double TitleWord = 1;
    const double DescriptionWord = 0.5;
    const double Author = 1.5;
    const double Series = 1.5;
    const double Genre = 1;
    const double Decade = 0.3;

    /// <summary>All terms, with repetitions.</summary>
    public static IEnumerable<BookTerm> Of(BookText text, Tokenizer tokenizer)
    {
        var (title, series) = SplitTitle(text.Title);
        return
        [
            .. tokenizer.Words(title).Select(word => new BookTerm(word.Stem, word.Word, TitleWord)),
            .. Labels("series", series, Series),
            .. Labels("author", text.Authors, Author),
            .. Labels("genre", text.Genres, Genre),
            .. DecadeOf(text.Year),
            .. tokenizer.Words(text.Description ?? "").Select(word => new BookTerm(word.Stem, word.Word, DescriptionWord)),
        ];
    }

    /// <summary><c>Dune Messiah (Dune, #2)</c> → <c>Dune Messiah</c> and the series <c>Dune</c>; several are separated by semicolons.</summary>
    internal static (string Title, string[] Series) SplitTitle(string title)
    {
        var trimmed = title.TrimEnd();
        var open = trimmed.LastIndexOf('(');
        if (open < 0 || !trimmed.EndsWith(')'))
        {
            return (title, []);
        }

        // The name, then a comma or a blank, then # and a number or a range of them; other parentheses are part of the title.
        var series = trimmed[(open + 1)..^1].Split(';').Where(part => part.Contains('#', StringComparison.Ordinal))
            .Select(part => part[..part.IndexOf('#', StringComparison.Ordinal)].Trim(' ', ',')).ToArray();
        return series.Length > 0 ? (trimmed[..open].TrimEnd(), series) : (title, []);
    }

    static IEnumerable<BookTerm> Labels(string field, IEnumerable<string> labels, double weight)
        => labels.Select(name => (Label: Tokenizer.Label(name), Name: name.Trim())).Where(label => label.Label.Length > 0).DistinctBy(label => label.Label)
            .Select(label => new BookTerm($"{field}:{label.Label}", $"{field}:{label.Name}", weight));

    static IEnumerable<BookTerm> DecadeOf(int? year)
    {
        if (year is { } known)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"decade:{(int)Math.Floor(known / 10.0) * 10}s");
            yield return new(name, name, Decade);
        }
    }
}
