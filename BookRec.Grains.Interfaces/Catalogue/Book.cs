namespace BookRec.Grains.Interfaces.Catalogue;

/// <summary>A book as readers see it.</summary>
/// <param name="Id">Positive, assigned by the database.</param>
/// <param name="Title">1 to 500 characters.</param>
/// <param name="Authors">In the order of the title page; empty when unknown.</param>
/// <param name="Year">Year of first publication, negative before the common era; null when unknown.</param>
/// <param name="Language">Language tag such as <c>en</c> or <c>en-GB</c>, lower case; null when unknown.</param>
/// <param name="Genres">Genres or tags, lower case.</param>
/// <param name="Description">Free text, at most 10,000 characters; null when there is none.</param>
/// <param name="Isbn">ISBN-10 or ISBN-13 without hyphens; null when unknown.</param>
/// <param name="AverageRating">Mean rating, 0.5 to 5; null when nobody rated it.</param>
/// <param name="RatingsCount">How many ratings the mean is made of.</param>
/// <param name="ExternalId">The id the book had at its source, as <c>source:id</c>; null for books created here.</param>
/// <param name="Revision">Counts the changes of this book from 1; the HTTP entity tag.</param>
[GenerateSerializer, Immutable, Alias("bookrec.Book")]
public sealed record Book(
    [property: Id(0)] long Id,
    [property: Id(1)] string Title,
    [property: Id(2)] IReadOnlyList<string> Authors,
    [property: Id(3)] int? Year,
    [property: Id(4)] string? Language,
    [property: Id(5)] IReadOnlyList<string> Genres,
    [property: Id(6)] string? Description,
    [property: Id(7)] string? Isbn,
    [property: Id(8)] double? AverageRating,
    [property: Id(9)] long RatingsCount,
    [property: Id(10)] string? ExternalId,
    [property: Id(11)] int Revision);

/// <summary>What a caller may say of a book; the fields mean what they mean in <see cref="Book"/>.</summary>
[GenerateSerializer, Immutable, Alias("bookrec.BookDraft")]
public sealed record BookDraft(
    [property: Id(0)] string Title,
    [property: Id(1)] IReadOnlyList<string> Authors,
    [property: Id(2)] int? Year = null,
    [property: Id(3)] string? Language = null,
    [property: Id(4)] IReadOnlyList<string>? Genres = null,
    [property: Id(5)] string? Description = null,
    [property: Id(6)] string? Isbn = null,
    [property: Id(7)] string? ExternalId = null);
