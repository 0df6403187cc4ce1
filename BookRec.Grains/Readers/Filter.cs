using System.Collections;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Grains.Models;
using BookRec.Storage.Catalogue;

namespace BookRec.Grains.Readers;

/// <summary>Which books a question lets into its list. Asked before the list is cut; the words mean what they mean in a search of the catalogue.</summary>
public sealed class Filter
{
    private readonly ServingView _view;
    private readonly HashSet<int> _excluded;
    private readonly BitArray? _genre;
    private readonly string? _language;
    private readonly int? _yearFrom;

    public Filter(ServingView view, RecommendationQuery query)
    {
        _view = view;
        _excluded = [.. (query.Exclude ?? []).Select(view.Model.Books.IndexOf)];
        _genre = query.Genre is { } genre ? view.WithGenre(genre) : null;
        _language = query.Language is { } language ? LanguageTag.Normalise(language) : null;
        _yearFrom = query.YearFrom;
    }

    /// <summary>How many books are left out by name.</summary>
    public int Excluded => _excluded.Count;

    /// <summary>Whether it may let few books pass.</summary>
    public bool IsNarrow => _genre is not null || _language is not null || _yearFrom is not null;

    /// <param name="book">Not deleted.</param>
    public bool Passes(int book)
        => !_excluded.Contains(book)
            && (_genre is null || _genre[book])
            && (_yearFrom is null || _view[book]!.Year >= _yearFrom)
            && (_language is null || Speaks(_view[book]!, _language));

    /// <summary>A language tag matches itself and every tag that refines it: <c>en</c> matches <c>en-gb</c>.</summary>
    private static bool Speaks(Book book, string language)
        => book.Language is { } tag
            && tag.StartsWith(language, StringComparison.OrdinalIgnoreCase)
            && (tag.Length == language.Length || tag[language.Length] == '-');
}
