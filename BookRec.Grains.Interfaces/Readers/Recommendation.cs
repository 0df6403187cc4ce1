using BookRec.Grains.Interfaces.Catalogue;

namespace BookRec.Grains.Interfaces.Readers;

/// <summary>How a list is made.</summary>
public enum Strategy
{
    /// <summary>Hybrid for an active reader, leaning on popularity while little is known; popular for a reader with nothing known.</summary>
    Auto,

    /// <summary>Collaborative and content-based scores, normalised and blended.</summary>
    Hybrid,

    /// <summary>Implicit ALS alone.</summary>
    Collaborative,

    /// <summary>TF-IDF and cosine alone.</summary>
    Content,

    /// <summary>Popularity alone.</summary>
    Popular,
}

/// <summary>What list is wanted. Filters act before the list is cut, so that it is full whenever enough books pass.</summary>
/// <param name="Count">1 to 100.</param>
/// <param name="Genre">Only books of this genre, case aside.</param>
/// <param name="Language">Only books with this language tag; <c>en</c> also lets <c>en-GB</c> pass.</param>
/// <param name="YearFrom">Only books first published in or after this year.</param>
/// <param name="Exclude">Books not wanted, at most 1,000.</param>
[GenerateSerializer, Immutable, Alias("bookrec.RecommendationQuery")]
public sealed record RecommendationQuery(
    [property: Id(0)] int Count = 10,
    [property: Id(1)] Strategy Strategy = Strategy.Auto,
    [property: Id(2)] string? Genre = null,
    [property: Id(3)] string? Language = null,
    [property: Id(4)] int? YearFrom = null,
    [property: Id(5)] IReadOnlyList<long>? Exclude = null);

/// <summary>Why a book is in a list; true of the score that put it there.</summary>
public enum ReasonKind
{
    /// <summary>The collaborative score comes most from this book of the reader's.</summary>
    BecauseYouLiked,

    /// <summary>The content score comes most from words or genres shared with this book.</summary>
    SimilarContent,

    /// <summary>In a list of similar books: readers of that book tend to like this one.</summary>
    ReadersAlsoLiked,

    /// <summary>The popularity score leads.</summary>
    Popular,

    /// <summary>A book newer than the model, placed by its content alone.</summary>
    NewForYou,

    /// <summary>Nothing speaks for it, and nothing better is left.</summary>
    BestOfTheRest,
}

/// <param name="BookId">The book of the reader's that the reason points to, where it points to one.</param>
/// <param name="Title">That book's title.</param>
/// <param name="Text">One English sentence for people.</param>
[GenerateSerializer, Immutable, Alias("bookrec.Reason")]
public sealed record Reason(
    [property: Id(0)] ReasonKind Kind,
    [property: Id(1)] long? BookId,
    [property: Id(2)] string? Title,
    [property: Id(3)] string Text);

/// <param name="Score">Comparable within one list only; higher is better.</param>
/// <param name="Reasons">At least one, the weightiest first.</param>
[GenerateSerializer, Immutable, Alias("bookrec.Recommendation")]
public sealed record Recommendation(
    [property: Id(0)] Book Book,
    [property: Id(1)] double Score,
    [property: Id(2)] IReadOnlyList<Reason> Reasons);

/// <summary>A ranked list, made from one model version.</summary>
/// <param name="Strategy">The strategy that made it; never <see cref="Strategy.Auto"/>.</param>
/// <param name="ModelVersion">The one version every score comes from; <c>none</c> before the first model.</param>
[GenerateSerializer, Immutable, Alias("bookrec.RecommendationList")]
public sealed record RecommendationList(
    [property: Id(0)] IReadOnlyList<Recommendation> Items,
    [property: Id(1)] Strategy Strategy,
    [property: Id(2)] string ModelVersion);
