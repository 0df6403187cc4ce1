using System.Globalization;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Storage.Databases;

namespace BookRec.Storage.Catalogue;

/// <summary>
/// One way to order books: by an expression that is never null, then by id, both ascending. Where the greatest comes first the expression is
/// negated, so that a place in the list is one comparison of rows, which an index answers however many books share a key.
/// </summary>
/// <param name="Sql">What the index of this order is on, to the letter.</param>
/// <param name="KeyOf">What a cursor keeps of a book.</param>
/// <param name="Holds">Whether a cursor's key is one of this order.</param>
/// <param name="Value">The expression's value at a cursor.</param>
internal sealed record BookOrder(string Sql, Func<BookRow, string> KeyOf, Func<Cursor, bool> Holds, Func<Cursor, object> Value)
{
    // Unknown years and ratings stand beyond every real one, so that they come last and the key still compares.
    private const int LongAgo = -1_000_000;
    private const int FarAhead = 1_000_000;
    private const int Unrated = -1;

    private static readonly BookOrder s_popular = new("-b.ratings_count", b => Text(b.RatingsCount), Cursor.HoldsNumber, c => -c.Number);
    private static readonly BookOrder s_title = new("b.title_key", b => b.TitleKey, _ => true, c => c.Key);
    private static readonly BookOrder s_newest = new($"-COALESCE(b.year, {LongAgo})", b => Text(b.Year ?? LongAgo), Cursor.HoldsNumber, c => -c.Number);
    private static readonly BookOrder s_oldest = new($"COALESCE(b.year, {FarAhead})", b => Text(b.Year ?? FarAhead), Cursor.HoldsNumber, c => c.Number);

    private static readonly BookOrder s_rating = new(
        $"-COALESCE(b.average_rating, {Unrated})", b => (b.AverageRating ?? Unrated).ToString("R", CultureInfo.InvariantCulture), Cursor.HoldsReal, c => -c.Real);

    /// <summary>The rows after <c>@cursorKey</c> and <c>@cursorId</c>. SQLite finds its way in an index on an expression by the first condition only.</summary>
    public string After => $"{Sql} >= @cursorKey AND ({Sql}, b.id) > (@cursorKey, @cursorId)";

    public static BookOrder Of(BookSort sort) => sort switch
    {
        BookSort.Popular => s_popular,
        BookSort.Title => s_title,
        BookSort.Newest => s_newest,
        BookSort.Oldest => s_oldest,
        BookSort.Rating => s_rating,
        _ => throw new ArgumentOutOfRangeException(nameof(sort), sort, null),
    };

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
