using BookRec.Client.Books;
using BookRec.Client.Http;

namespace BookRec.Client.Recommendations;

/// <summary>What to read next.</summary>
public sealed class RecommendationsClient
{
    private readonly Calls _calls;

    internal RecommendationsClient(Calls calls) => _calls = calls;

    public Task<RecommendationList> Top(RecommendationQuery? query = null, CancellationToken cancellation = default)
        => _calls.Ask<RecommendationList>(Call.Get((query ?? new()).AddTo(new Query("api/recommendations/top")).ToString()), cancellation);

    /// <summary>Books like this one.</summary>
    /// <param name="count">1 to 100; 10 if null.</param>
    public Task<RecommendationList> Similar(long bookId, int? count = null, CancellationToken cancellation = default)
        => _calls.Ask<RecommendationList>(Call.Get(new Query($"api/recommendations/similar/{bookId}").Add("n", count).ToString()), cancellation);
}

public enum Strategy
{
    Unknown,
    Auto,
    Hybrid,
    Collaborative,
    Content,
    Popular,
}

public enum ReasonKind
{
    Unknown,
    BecauseYouLiked,
    SimilarContent,
    ReadersAlsoLiked,
    Popular,
    NewForYou,
    BestOfTheRest,
}

/// <summary>What list is wanted. Filters act before it is cut, so it is full whenever enough books pass.</summary>
/// <param name="Count">1 to 100; 10 if null.</param>
/// <param name="Strategy"><see cref="Strategy.Auto"/>, if null.</param>
/// <param name="YearFrom">Only books first published in or after this year.</param>
/// <param name="Exclude">Ids of books not wanted, at most 1,000.</param>
public sealed record RecommendationQuery(
    int? Count = null,
    Strategy? Strategy = null,
    string? Genre = null,
    string? Language = null,
    int? YearFrom = null,
    IReadOnlyCollection<long>? Exclude = null)
{
    internal Query AddTo(Query query) => query
        .Add("n", Count)
        .Add("strategy", Strategy)
        .Add("genre", Genre)
        .Add("language", Language)
        .Add("year_from", YearFrom)
        .Add("exclude", Exclude);
}

/// <param name="Items">Best first.</param>
/// <param name="Strategy">What made the list; never <see cref="Strategy.Auto"/>.</param>
/// <param name="ModelVersion">The one model every score comes from; <c>none</c> before the first.</param>
public sealed record RecommendationList(IReadOnlyList<RecommendedBook> Items, Strategy Strategy, string ModelVersion);

/// <param name="Score">Comparable within one list only.</param>
/// <param name="Reasons">Why it is here, the weightiest first.</param>
public sealed record RecommendedBook(Book Book, double Score, IReadOnlyList<Reason> Reasons);

/// <param name="BookId">The book of the reader's that the reason points to, where it points to one.</param>
/// <param name="Text">One sentence for people.</param>
public sealed record Reason(ReasonKind Kind, long? BookId, string? Title, string Text);
