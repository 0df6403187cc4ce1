using System.Runtime.CompilerServices;

namespace BookRec.Client;

/// <summary>One page of a list.</summary>
/// <param name="NextCursor">Where the next page begins; null on the last one.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <param name="Limit">Items on a page, 1 to 100; 20 if null.</param>
/// <param name="Cursor">The <see cref="Page{T}.NextCursor"/> of the page before; the first page if null.</param>
public sealed record PageRequest(int? Limit = null, string? Cursor = null);

public static class Pages
{
    /// <summary>Everything in a list, page after page: <c>Pages.All(page => client.Interactions.History(page))</c>.</summary>
    public static async IAsyncEnumerable<T> All<T>(Func<PageRequest, Task<Page<T>>> list, int limit = 100, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(list);
        var request = new PageRequest(limit);
        do
        {
            cancellation.ThrowIfCancellationRequested();
            var page = await list(request);
            foreach (var item in page.Items)
                yield return item;
            request = request with { Cursor = page.NextCursor };
        }
        while (request.Cursor is not null);
    }
}
