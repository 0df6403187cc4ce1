using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Storage.Databases;

namespace BookRec.Storage.Catalogue;

/// <summary>A book as the catalogue feed tells it: <see cref="Book"/> is null when it was deleted.</summary>
public sealed record BookChange(long Id, Book? Book, DateTimeOffset ChangedAt);

/// <summary>Books: one row each, deleted ones kept as tombstones.</summary>
public sealed class BookStore(Database database, TimeProvider time)
{
    public Task<Book?> Find(long id, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <exception cref="RejectedException">Conflict with field <c>external_id</c> when it is taken.</exception>
    public Task<Book> Create(BookDraft draft, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <returns>The book after the change; null when there is none with this id.</returns>
    /// <exception cref="RejectedException">Stale when <paramref name="expectedRevision"/> is given and is not the current one.</exception>
    public Task<Book?> Update(long id, BookDraft draft, int? expectedRevision, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <returns>False when there is none with this id.</returns>
    /// <exception cref="RejectedException">Stale, as for Update.</exception>
    public Task<bool> Delete(long id, int? expectedRevision, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public Task<Page<Book>> Search(BookQuery query, PageRequest page, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>
    /// Every book changed at or after a time, deletions included, in order of change: the feed that keeps a silo's catalogue current. Null
    /// means all living books. Overlap with what was read before is expected and harmless.
    /// </summary>
    public IAsyncEnumerable<BookChange> Changes(DateTimeOffset? since, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Number of living books.</summary>
    public Task<long> Count(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>
    /// Recomputes average_rating and ratings_count from our own interactions, for books whose source gave none; returns how many changed.
    /// Books whose numbers do not change are not touched.
    /// </summary>
    public Task<int> RefreshRatings(CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
