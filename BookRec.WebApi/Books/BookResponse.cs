using BookRec.Grains.Interfaces.Catalogue;

namespace BookRec.WebApi.Books;

/// <param name="Year">Year of first publication, negative before the common era; null when unknown.</param>
/// <param name="Language">A language tag; null when unknown.</param>
/// <param name="AverageRating">0.5 to 5; null when nobody rated it.</param>
/// <param name="ExternalId">The id at its source, as <c>source:id</c>; null for books created here.</param>
public sealed record BookResponse(
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
    public static BookResponse From(Book book) => new(
        book.Id,
        book.Title,
        book.Authors,
        book.Year,
        book.Language,
        book.Genres,
        book.Description,
        book.Isbn,
        book.AverageRating is { } average ? Math.Round(average, 2) : null,
        book.RatingsCount,
        book.ExternalId);
}
