using System.Globalization;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Storage.Databases;

namespace BookRec.Storage.Catalogue;

/// <summary>One way to order books: an expression that is never null, its direction, then the smaller id.</summary>
internal sealed record BookOrder(string Key, bool Descending, Func<BookRow, string> KeyOf, Func<Cursor, bool> Holds, Func<Cursor, object> Value)
{
    // Unknown years and ratings stand beyond every real one, so that they come last and the key still compares.
    private const int LongAgo = -1_000_000;
    private const int FarAhead = 1_000_000;
    private const int Unrated = -1;

    private static readonly BookOrder s_popular = new("b.ratings_count", true, b => Text(b.RatingsCount), Cursor.HoldsNumber, c => c.Number);
    private static readonly BookOrder s_title = new("b.title_key", false, b => b.TitleKey, _ => true, c => c.Key);
    private static readonly BookOrder s_newest = new($"COALESCE(b.year, {LongAgo})", true, b => Text(b.Year ?? LongAgo), Cursor.HoldsNumber, c => c.Number);
    private static readonly BookOrder s_oldest = new($"COALESCE(b.year, {FarAhead})", false, b => Text(b.Year ?? FarAhead), Cursor.HoldsNumber, c => c.Number);

    private static readonly BookOrder s_rating = new(
        $"COALESCE(b.average_rating, {Unrated})", true, b => (b.AverageRating ?? Unrated).ToString("R", CultureInfo.InvariantCulture),
        Cursor.HoldsReal, c => c.Real);

    public string Sql => $"{Key} {(Descending ? "DESC" : "ASC")}, b.id ASC";

    /// <summary>The rows after <c>@cursorKey</c> and <c>@cursorId</c>.</summary>
    public string After => $"({Key} {(Descending ? "<" : ">")} @cursorKey OR ({Key} = @cursorKey AND b.id > @cursorId))";

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
