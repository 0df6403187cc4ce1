using System.Text.Json.Serialization;
using BookRec.Client.Http;

namespace BookRec.Client.Books;

/// <summary>The catalogue.</summary>
public sealed class BooksClient
{
    private const string Path = "api/books";

    private readonly Calls _calls;

    internal BooksClient(Calls calls) => _calls = calls;

    public Task<Page<Book>> Find(BookQuery? query = null, PageRequest? page = null, CancellationToken cancellation = default)
        => _calls.Ask<Page<Book>>(Call.Get((query ?? new()).AddTo(new Query(Path)).Add(page).ToString()), cancellation);

    public Task<Book> Get(long id, CancellationToken cancellation = default) => Ask(Call.Get($"{Path}/{id}"), cancellation);

    /// <summary>For administrators.</summary>
    public Task<Book> Create(BookDraft book, CancellationToken cancellation = default) => Ask(Call.Post(Path, book), cancellation);

    /// <summary>For administrators.</summary>
    /// <param name="seen">The <see cref="Book.ETag"/> that the change was made to; a book that has changed since is a refusal with status 412.</param>
    public Task<Book> Replace(long id, BookDraft book, string? seen = null, CancellationToken cancellation = default)
        => Ask(Call.Put($"{Path}/{id}", book) with { IfMatch = seen }, cancellation);

    /// <summary>For administrators.</summary>
    /// <param name="seen">As for <see cref="Replace"/>.</param>
    public Task Delete(long id, string? seen = null, CancellationToken cancellation = default)
        => _calls.Tell(Call.Delete($"{Path}/{id}") with { IfMatch = seen }, cancellation);

    private async Task<Book> Ask(Call call, CancellationToken cancellation)
    {
        var (book, tag) = await _calls.AskTagged<Book>(call, cancellation);
        return book with { ETag = tag };
    }
}

/// <param name="Year">Of first publication, negative before the common era; null when unknown.</param>
/// <param name="Language">A language tag; null when unknown.</param>
/// <param name="AverageRating">0.5 to 5; null when nobody rated it.</param>
/// <param name="ExternalId">The id at its source, as <c>source:id</c>; null for books created in the service.</param>
public sealed record Book(
    long Id,
    string Title,
    IReadOnlyList<string> Authors,
    int? Year,
    string? Language,
    IReadOnlyList<string> Genres,
    string? Description,
    string? Isbn,
    double? AverageRating,
    long RatingsCount,
    string? ExternalId)
{
    /// <summary>Which version of the book this is; null in lists.</summary>
    [JsonIgnore]
    public string? ETag { get; init; }
}

/// <param name="Title">1 to 500 characters.</param>
/// <param name="Authors">At most 50, in the order of the title page.</param>
/// <param name="Year">Of first publication, negative before the common era.</param>
/// <param name="Language">A language tag such as <c>en</c>.</param>
/// <param name="Isbn">ISBN-10 or ISBN-13, hyphens and spaces welcome.</param>
/// <param name="ExternalId">The id at its source, as <c>source:id</c>.</param>
public sealed record BookDraft(
    string Title,
    IReadOnlyList<string>? Authors = null,
    int? Year = null,
    string? Language = null,
    IReadOnlyList<string>? Genres = null,
    string? Description = null,
    string? Isbn = null,
    string? ExternalId = null);

public enum BookSort
{
    Unknown,
    Popular,
    Title,
    Newest,
    Oldest,
    Rating,
}

/// <summary>Which books; every given condition must hold.</summary>
/// <param name="Text">Words of title or author; beginnings and small typing errors are forgiven.</param>
/// <param name="Language">A language tag; <c>en</c> also finds <c>en-GB</c>.</param>
public sealed record BookQuery(
    string? Text = null,
    string? Author = null,
    string? Genre = null,
    string? Language = null,
    int? YearFrom = null,
    int? YearTo = null,
    BookSort? Sort = null)
{
    internal Query AddTo(Query query) => query
        .Add("q", Text)
        .Add("author", Author)
        .Add("genre", Genre)
        .Add("language", Language)
        .Add("year_from", YearFrom)
        .Add("year_to", YearTo)
        .Add("sort", Sort);
}
