namespace BookRec.Grains.Interfaces.Catalogue;

/// <summary>The catalogue as a whole: search and creation. A stateless worker (key 0); single books are <see cref="IBookGrain"/>s.</summary>
[Alias("bookrec.ICatalogGrain")]
public interface ICatalogGrain : IGrainWithIntegerKey
{
    /// <summary>One page of the books that fit the query.</summary>
    /// <exception cref="RejectedException"><see cref="RejectionKind.Invalid"/> with field <c>cursor</c> when the cursor is not one of ours.</exception>
    [Alias("Search"), Idempotent, ResponseTimeout("00:00:10")]
    Task<Page<Book>> Search(BookQuery query, PageRequest page);

    /// <summary>Adds a book; it can be recommended at once, on every silo.</summary>
    /// <exception cref="RejectedException"><see cref="RejectionKind.Conflict"/> when <c>external_id</c> is taken.</exception>
    [Alias("Create"), ResponseTimeout("00:00:20")]
    Task<Book> Create(BookDraft draft);
}
