using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Storage.Databases;
using Dapper;

namespace BookRec.Storage.Catalogue;

/// <summary>A draft in the form it is stored in.</summary>
internal sealed class BookContent(BookDraft draft)
{
    private readonly string[] _authors = [.. draft.Authors.Select(a => a.Trim()).Where(a => a.Length > 0)];

    private readonly string[] _genres =
        [.. (draft.Genres ?? []).Select(g => g.Trim().ToLowerInvariant()).Where(g => g.Length > 0).Distinct(StringComparer.Ordinal)];

    public string? ExternalId => Known(draft.ExternalId);

    public string Title { get; } = draft.Title.Trim();

    public string TitleKey => BookIndex.TitleKey(draft.Title);

    public string AuthorsJson => StoredJson.Write(_authors);

    public int? Year => draft.Year;

    public string? Language => Known(draft.Language) is { } tag ? LanguageTag.Normalise(tag) : null;

    public string GenresJson => StoredJson.Write(_genres);

    public string? Description => Known(draft.Description);

    public string? Isbn => Known(draft.Isbn);

    public IndexedBook Indexed => new(Title, _authors, _genres);

    /// <summary>These and the given values, as parameters of a statement.</summary>
    public DynamicParameters With(params (string Name, object? Value)[] more)
    {
        var parameters = new DynamicParameters(
            new { ExternalId, Title, TitleKey, AuthorsJson, Year, Language, GenresJson, Description, Isbn });
        foreach (var (name, value) in more) parameters.Add(name, value, value is null ? System.Data.DbType.Int32 : null);
        return parameters;
    }

    private static string? Known(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
