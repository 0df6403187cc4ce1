namespace BookRec.Grains.Interfaces;

/// <summary>One page of a list. The cursor is a keyset position, so rows added meanwhile neither repeat nor hide others.</summary>
/// <param name="Items">At most the requested number of items, in list order.</param>
/// <param name="NextCursor">Opaque position after the last item, or null on the last page.</param>
[GenerateSerializer, Immutable, Alias("bookrec.Page`1")]
public sealed record Page<T>([property: Id(0)] IReadOnlyList<T> Items, [property: Id(1)] string? NextCursor);

/// <summary>Which page is wanted.</summary>
/// <param name="Limit">1 to 100.</param>
/// <param name="Cursor">The <see cref="Page{T}.NextCursor"/> of the page before, or null for the first.</param>
[GenerateSerializer, Immutable, Alias("bookrec.PageRequest")]
public sealed record PageRequest([property: Id(0)] int Limit = 20, [property: Id(1)] string? Cursor = null);
