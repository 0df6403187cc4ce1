using BookRec.Grains.Interfaces;

namespace BookRec.Storage.Databases;

internal static class Paging
{
    /// <summary>A page of rows. One more was asked for than it may have: it shows whether there are more.</summary>
    /// <param name="cursor">The cursor of a row; asked for the page's last one.</param>
    public static Page<T> ToPage<TRow, T>(this List<TRow> rows, int limit, Func<TRow, T> item, Func<TRow, string> cursor)
        => new([.. rows.Take(limit).Select(item)], rows.Count > limit ? cursor(rows[limit - 1]) : null);
}
