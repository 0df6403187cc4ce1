using System.Globalization;
using System.Text;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Storage.Databases;
using BookRec.Storage.Text;
using Dapper;

namespace BookRec.Storage.Catalogue;

/// <summary>Turns a query into conditions of SQL. Every condition must hold.</summary>
internal sealed class BookSearch(Session session)
{
    /// <summary>More words than this in one query say nothing more.</summary>
    private const int MaxWords = 12;

    /// <summary>Words looked at when one is misspelt, those with most letters in common first.</summary>
    private const int MaxCandidates = 500;

    /// <summary>Misspelt words taken, nearest first.</summary>
    private const int MaxCorrections = 40;

    private readonly StringBuilder _where = new("b.deleted_at IS NULL");

    public string Where => _where.ToString();

    public DynamicParameters Parameters { get; } = new();

    /// <returns>False when no book can match.</returns>
    public async Task<bool> Apply(BookQuery query)
    {
        if (query.Text is { } text && !await MatchWords(text, "q", authorsOnly: false)) return false;
        if (query.Author is { } author && !await MatchWords(author, "a", authorsOnly: true)) return false;
        if (!string.IsNullOrWhiteSpace(query.Genre))
            And("b.id IN (SELECT book_id FROM book_genres WHERE genre = @genre)", ("genre", BookGenre.Key(query.Genre)));
        if (!string.IsNullOrWhiteSpace(query.Language))
        {
            var language = LanguageTag.Normalise(query.Language);
            And(
                "(b.language = @language OR substr(b.language, 1, @languageLength) = @languagePrefix)",
                ("language", language), ("languagePrefix", language + "-"), ("languageLength", language.Length + 1));
        }

        if (query.YearFrom is { } from) And("b.year >= @yearFrom", ("yearFrom", from));
        if (query.YearTo is { } to) And("b.year <= @yearTo", ("yearTo", to));
        return true;
    }

    public void And(string condition, params (string Name, object Value)[] parameters)
    {
        _where.Append("\n    AND ").Append(condition);
        foreach (var (name, value) in parameters) Parameters.Add(name, value);
    }

    /// <summary>Everything the query says, as text: what a cursor belongs to.</summary>
    public static string Describe(BookQuery query)
        => string.Join(
            '\u001F',
            "books", query.Sort.ToString(), string.Join(' ', Folding.Words(query.Text ?? "")), string.Join(' ', Folding.Words(query.Author ?? "")),
            BookGenre.Key(query.Genre ?? ""), LanguageTag.Normalise(query.Language ?? ""),
            query.YearFrom?.ToString(CultureInfo.InvariantCulture), query.YearTo?.ToString(CultureInfo.InvariantCulture));

    private async Task<bool> MatchWords(string text, string prefix, bool authorsOnly)
    {
        var kind = authorsOnly ? $" AND kind = {BookIndex.AuthorWord}" : "";
        var words = Folding.Words(text).Distinct(StringComparer.Ordinal).Take(MaxWords).ToList();

        // Text without a single letter or digit matches nothing, except that blanks are no condition at all.
        if (words.Count == 0) return string.IsNullOrWhiteSpace(text);
        for (var i = 0; i < words.Count; i++)
        {
            var (from, to) = ($"{prefix}{i}from", $"{prefix}{i}to");
            var begins = $"term >= @{from} AND term < @{to}{kind}";
            var range = new DynamicParameters();
            range.Add(from, words[i]);
            range.Add(to, words[i] + char.ConvertFromUtf32(0x10FFFF));
            if (await session.List<int>($"SELECT 1 FROM book_terms WHERE {begins} LIMIT 1", range) is [_])
            {
                And($"b.id IN (SELECT book_id FROM book_terms WHERE {begins})");
                Parameters.AddDynamicParams(range);
                continue;
            }

            var near = await Corrections(words[i]);
            if (near.Length == 0) return false;
            var name = $"{prefix}{i}near";
            And($"b.id IN (SELECT book_id FROM book_terms WHERE {session.Dialect.In("term", name)}{kind})", (name, near));
        }

        return true;
    }

    private async Task<string[]> Corrections(string word)
    {
        var limit = word.Length switch
        {
            < 4 => 0,
            < 8 => 1,
            _ => 2,
        };
        if (limit == 0) return [];

        // One typing error touches at most four of a word's triples (a swap of neighbours; others three).
        var trigrams = Trigrams.Of(word).ToArray();
        var needed = Math.Max(1, trigrams.Length - (4 * limit));
        var candidates = await session.List<string>(
            $"""
            SELECT term FROM term_trigrams WHERE {session.Dialect.In("trigram", "trigrams")}
            GROUP BY term HAVING COUNT(*) >= @needed ORDER BY COUNT(*) DESC, term LIMIT @limit
            """,
            new { trigrams, needed, limit = MaxCandidates });
        return candidates
            .Select(term => (Term: term, Distance: EditDistance.Between(word, term, limit)))
            .Where(c => c.Distance <= limit)
            .OrderBy(c => c.Distance).ThenBy(c => c.Term, StringComparer.Ordinal)
            .Take(MaxCorrections).Select(c => c.Term).ToArray();
    }
}
