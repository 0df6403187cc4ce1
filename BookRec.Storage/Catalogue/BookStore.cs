using System.Data.Common;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Storage.Databases;

namespace BookRec.Storage.Catalogue;

/// <summary>A book as the catalogue feed tells it: <see cref="Book"/> is null when it was deleted.</summary>
public sealed record BookChange(long Id, Book? Book);

/// <summary>What the catalogue feed tells at once.</summary>
/// <param name="Next">Where to ask from the next time.</param>
public sealed record BookChanges(IReadOnlyList<BookChange> Changes, long Next);

/// <summary>Books: one row each, deleted ones kept as tombstones.</summary>
/// <remarks>
/// A tombstone keeps its external id, so that importing the source again does not bring the book back. An update without an external id
/// keeps the one there is. Genres are stored lower case and languages as <see cref="LanguageTag"/> says.
/// </remarks>
public sealed class BookStore(Database database, TimeProvider time)
{
    private const string Living = $"SELECT {BookRow.Columns} FROM books b WHERE b.id = @id AND b.deleted_at IS NULL";

    public async Task<Book?> Find(long id, CancellationToken cancellationToken = default)
        => (await database.Read(session => session.Single<BookRow>(Living, new { id }), cancellationToken))?.ToBook();

    /// <exception cref="RejectedException">Conflict with field <c>external_id</c> when it is taken.</exception>
    public Task<Book> Create(BookDraft draft, CancellationToken cancellationToken = default)
        => database.Write(
            async session =>
            {
                var content = new BookContent(draft);
                var id = await session.Single<long?>(
                    """
                    INSERT INTO books (external_id, revision, title, title_key, authors, year, language, genres, description, isbn,
                        average_rating, ratings_count, rated_by_source, created_at, updated_at)
                    VALUES (@ExternalId, 1, @Title, @TitleKey, @AuthorsJson, @Year, @Language, @GenresJson, @Description, @Isbn,
                        NULL, 0, 0, @now, @now)
                    ON CONFLICT DO NOTHING
                    RETURNING id
                    """,
                    content.With(("now", time.NowMilliseconds())));
                if (id is null) throw await ExternalIdTaken(session, draft.ExternalId);
                await BookIndex.Add(session, [(id.Value, content.Indexed)]);
                return (await session.Single<BookRow>(Living, new { id }))!.ToBook();
            },
            cancellationToken);

    /// <returns>The book after the change; null when there is none with this id.</returns>
    /// <exception cref="RejectedException">
    /// Stale when <paramref name="expectedRevision"/> is given and is not the current one; Conflict with field <c>external_id</c> when it is taken.
    /// </exception>
    public async Task<Book?> Update(long id, BookDraft draft, int? expectedRevision, CancellationToken cancellationToken = default)
    {
        try
        {
            return await database.Write(
                async session =>
                {
                    var content = new BookContent(draft);
                    var changed = await session.Single<long?>(
                        """
                        UPDATE books SET external_id = COALESCE(@ExternalId, external_id), revision = revision + 1, title = @Title,
                            title_key = @TitleKey, authors = @AuthorsJson, year = @Year, language = @Language, genres = @GenresJson,
                            description = @Description, isbn = @Isbn, updated_at = CASE WHEN updated_at > @now THEN updated_at ELSE @now END
                        WHERE id = @id AND deleted_at IS NULL AND (CAST(@expectedRevision AS INTEGER) IS NULL OR revision = @expectedRevision)
                        RETURNING id
                        """,
                        content.With(("now", time.NowMilliseconds()), ("id", id), ("expectedRevision", expectedRevision)));
                    if (changed is null)
                    {
                        await RefuseStale(session, id, expectedRevision);
                        return null;
                    }

                    await BookIndex.Remove(session, id);
                    await BookIndex.Add(session, [(id, content.Indexed)]);
                    return (await session.Single<BookRow>(Living, new { id }))?.ToBook();
                },
                cancellationToken);
        }
        catch (DbException failure) when (database.Dialect.IsUniqueViolation(failure))
        {
            throw await database.Read(session => ExternalIdTaken(session, draft.ExternalId), cancellationToken);
        }
    }

    /// <returns>False when there is none with this id.</returns>
    /// <exception cref="RejectedException">Stale, as for Update.</exception>
    public Task<bool> Delete(long id, int? expectedRevision, CancellationToken cancellationToken = default)
        => database.Write(
            async session =>
            {
                var deleted = await session.Execute(
                    """
                    UPDATE books SET deleted_at = @now, revision = revision + 1,
                        updated_at = CASE WHEN updated_at > @now THEN updated_at ELSE @now END
                    WHERE id = @id AND deleted_at IS NULL AND (CAST(@expectedRevision AS INTEGER) IS NULL OR revision = @expectedRevision)
                    """,
                    new { id, expectedRevision, now = time.NowMilliseconds() });
                if (deleted == 0)
                {
                    await RefuseStale(session, id, expectedRevision);
                    return false;
                }

                await BookIndex.Remove(session, id);
                return true;
            },
            cancellationToken);

    /// <exception cref="RejectedException">Invalid with field <c>cursor</c> when the cursor is not one of this query.</exception>
    public Task<Page<Book>> Search(BookQuery query, PageRequest page, CancellationToken cancellationToken = default)
    {
        var order = BookOrder.Of(query.Sort);
        var list = BookSearch.Describe(query);
        var cursor = Cursor.Decode(list, page.Cursor, order.Holds);
        return database.Read(
            async session =>
            {
                var search = new BookSearch(session);
                if (!await search.Apply(query)) return new Page<Book>([], null);
                if (cursor is { } after) search.And(order.After, ("cursorKey", order.Value(after)), ("cursorId", after.Id));
                search.Parameters.Add("limit", page.Limit + 1);
                var rows = await session.List<BookRow>(
                    $"SELECT {BookRow.Columns} FROM books b\nWHERE {search.Where}\nORDER BY {order.Sql}, b.id LIMIT @limit", search.Parameters);
                return rows.ToPage(page.Limit, r => r.ToBook(), last => Cursor.Encode(list, order.KeyOf(last), last.Id));
            },
            cancellationToken);
    }

    /// <summary>
    /// Every book changed since <see cref="BookChanges.Next"/> of the call before, deletions included: the feed that keeps a silo's
    /// catalogue current. Null means all living books. A book may be told again without having changed.
    /// </summary>
    /// <remarks>
    /// No committed change is missed, however long its transaction took and in whatever order transactions commit: no clock is asked, changes
    /// are numbered by the database (see <see cref="Databases.Migrations.BookChanges22"/>), and the next call asks from the oldest number not
    /// settled at this one. On PostgreSQL that is the oldest transaction under way in the server: while one is open, what changed after its
    /// beginning is told again by each call. It rests on numbers that never go back: after a restore every silo has to start anew.
    /// </remarks>
    public Task<BookChanges> Changes(long? since, CancellationToken cancellationToken = default)
        => database.Read(
            async session =>
            {
                // Asked before the books, so what commits in between is at worst told twice. A restored database has numbers from its former
                // life, larger than any today; the upper end keeps them out.
                var (settled, end) = await session.Single<(long, long)>(session.Dialect.ChangeNumbers);
                var rows = await session.List<BookRow>(
                    $"SELECT {BookRow.Columns} FROM books b WHERE "
                        + (since is null ? "b.deleted_at IS NULL" : "b.change_number >= @since AND b.change_number < @end"),
                    new { since, end });
                return new BookChanges([.. rows.Select(row => new BookChange(row.Id, row.DeletedAt is null ? row.ToBook() : null))], settled);
            },
            cancellationToken);

    /// <summary>Number of living books.</summary>
    public Task<long> Count(CancellationToken cancellationToken = default)
        => database.Read(session => session.Scalar<long>("SELECT COUNT(*) FROM books WHERE deleted_at IS NULL"), cancellationToken);

    /// <summary>
    /// Recomputes average_rating and ratings_count from our own interactions, for books whose source gave none; returns how many changed.
    /// Books whose numbers do not change are not touched.
    /// </summary>
    /// <remarks>A reader's newest rating of a book counts. The revision stays: nobody edited the book.</remarks>
    public Task<int> RefreshRatings(CancellationToken cancellationToken = default)
        => database.Maintain(
            async session =>
            {
                // Right after an import PostgreSQL takes the tables for empty, until autovacuum comes by: a plan for that took minutes.
                if (database.Engine == DatabaseEngine.PostgreSql) await session.Execute("ANALYZE books, interactions");
                return await session.Execute(RatingsSql, new { now = time.NowMilliseconds(), rating = (short)InteractionType.Rating });
            },
            cancellationToken);

    // Ratings are halves, so the sum of doubled ratings is a whole number and the mean comes out the same in whatever order rows are read.
    private const string RatingsSql =
        """
        WITH newest AS (
            SELECT book_id, rating, ROW_NUMBER() OVER (PARTITION BY book_id, reader ORDER BY occurred_at DESC, id DESC) AS place
            FROM interactions WHERE type = @rating),
        own AS (
            SELECT b.id, COUNT(n.book_id) AS ratings,
                CAST(SUM(CAST(n.rating * 2 AS BIGINT)) AS DOUBLE PRECISION) / (2 * COUNT(n.book_id)) AS average
            FROM books b LEFT JOIN newest n ON n.book_id = b.id AND n.place = 1
            WHERE b.rated_by_source = 0 AND b.deleted_at IS NULL
            GROUP BY b.id)
        UPDATE books SET ratings_count = own.ratings, average_rating = own.average,
            updated_at = CASE WHEN books.updated_at > @now THEN books.updated_at ELSE @now END
        FROM own
        WHERE own.id = books.id AND (books.ratings_count <> own.ratings OR books.average_rating IS DISTINCT FROM own.average)
        """;

    /// <summary>Throws when the book is there under another revision; returns when it is not there.</summary>
    private static async Task RefuseStale(Session session, long id, int? expectedRevision)
    {
        var revision = await session.Single<int?>("SELECT revision FROM books WHERE id = @id AND deleted_at IS NULL", new { id });
        if (revision is not null && expectedRevision is not null)
            throw new RejectedException(RejectionKind.Stale, $"The book has moved on to revision {revision}.");
    }

    private static async Task<RejectedException> ExternalIdTaken(Session session, string? externalId)
    {
        var holder = await session.Single<long?>("SELECT id FROM books WHERE external_id = @externalId", new { externalId });
        return new RejectedException(
            RejectionKind.Conflict, "Another book has this external id.", "external_id",
            holder?.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
