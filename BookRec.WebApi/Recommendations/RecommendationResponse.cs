using BookRec.Grains.Interfaces.Readers;
using BookRec.WebApi.Books;

namespace BookRec.WebApi.Recommendations;

/// <param name="Items">Best first.</param>
/// <param name="Strategy">What made the list; never <c>auto</c>.</param>
/// <param name="ModelVersion">The one model every score comes from; <c>none</c> before the first.</param>
public sealed record RecommendationResponse(IReadOnlyList<RecommendedBook> Items, Strategy Strategy, string ModelVersion)
{
    public static RecommendationResponse From(RecommendationList list)
        => new([.. list.Items.Select(RecommendedBook.From)], list.Strategy, list.ModelVersion);
}

/// <param name="Score">Comparable within one list only.</param>
/// <param name="Reasons">Why it is here, the weightiest first.</param>
public sealed record RecommendedBook(BookResponse Book, double Score, IReadOnlyList<ReasonResponse> Reasons)
{
    public static RecommendedBook From(Recommendation item) => new(
        BookResponse.From(item.Book),
        item.Score,
        [.. item.Reasons.Select(reason => new ReasonResponse(reason.Kind, reason.BookId, reason.Title, reason.Text))]);
}

/// <param name="BookId">The book of yours that the reason points to, where it points to one.</param>
/// <param name="Text">One sentence for people.</param>
public sealed record ReasonResponse(ReasonKind Kind, long? BookId, string? Title, string Text);
