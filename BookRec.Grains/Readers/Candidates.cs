using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Grains.Models;

namespace BookRec.Grains.Readers;

/// <summary>Which books may be in a list: living, unseen, not excluded, and passing the query's filters. Asked before the list is cut.</summary>
public sealed class Candidates
{
    private readonly ServingView _view;
    private readonly HashSet<int> _barred;
    private readonly bool[]? _genre;
    private readonly string? _language;
    private readonly int? _yearFrom;

    public Candidates(ServingView view, RecommendationQuery query, IEnumerable<long> seen)
    {
        _view = view;
        _barred = [.. seen.Concat(query.Exclude ?? []).Select(view.Model.Books.IndexOf)];
        _genre = query.Genre is { } genre ? view.WithGenre(genre) : null;
        _language = query.Language;
        _yearFrom = query.YearFrom;
    }

    public bool Contains(int book)
        => _view[book] is { } known
            && !_barred.Contains(book)
            && (_genre is null || _genre[book])
            && (_yearFrom is null || known.Year >= _yearFrom)
            && (_language is null || Speaks(known, _language));

    /// <summary>A language tag matches itself and every tag that refines it: <c>en</c> matches <c>en-gb</c>.</summary>
    private static bool Speaks(Book book, string language)
        => book.Language is { } tag
            && tag.StartsWith(language, StringComparison.OrdinalIgnoreCase)
            && (tag.Length == language.Length || tag[language.Length] == '-');
}
