using BookRec.Grains.Interfaces;

namespace BookRec.WebApi.Requests;

/// <summary>One page of a list.</summary>
/// <param name="NextCursor">Send it as <c>cursor</c> for the next page; null on the last one.</param>
public sealed record ListResponse<T>(IReadOnlyList<T> Items, string? NextCursor);

public static class ListResponse
{
    public static ListResponse<TResponse> From<T, TResponse>(Page<T> page, Func<T, TResponse> map)
        => new([.. page.Items.Select(map)], page.NextCursor);
}
