using BookRec.Grains.Interfaces.Accounts;
using BookRec.Storage.Catalogue;
using BookRec.Storage.Databases;

namespace BookRec.Storage.Imports;

/// <summary>What came with the product to look at: the books of one source, and simulated readers.</summary>
public sealed class DemoData(Database database, TimeProvider time)
{
    /// <summary>The source that the demo's books come from; the prefix of their external ids.</summary>
    public const string Source = "demo";

    /// <summary>
    /// Makes way for a real catalogue: takes away the simulated readers with all they did, and the demo books that nobody else has touched.
    /// Changes nothing where there is no demo.
    /// </summary>
    /// <returns>How many books went.</returns>
    public Task<int> Retire(CancellationToken cancellationToken = default) => database.Maintain(
        async session =>
        {
            var simulated = new { kind = (short)AccountKind.Simulated };
            await session.Execute("DELETE FROM interactions WHERE reader IN (SELECT number FROM accounts WHERE kind = @kind)", simulated);
            await session.Execute("DELETE FROM accounts WHERE kind = @kind", simulated);
            var books = await session.List<long>(
                """
                WITH touched AS (
                    SELECT DISTINCT book_id FROM interactions WHERE book_id IN (SELECT id FROM books WHERE external_id LIKE @demo AND deleted_at IS NULL))
                UPDATE books SET deleted_at = @now, revision = revision + 1, updated_at = CASE WHEN updated_at > @now THEN updated_at ELSE @now END
                WHERE external_id LIKE @demo AND deleted_at IS NULL AND id NOT IN (SELECT book_id FROM touched)
                RETURNING id
                """,
                new { now = time.NowMilliseconds(), demo = $"{Source}:%" });
            foreach (var book in books)
                await BookIndex.Remove(session, book);
            return books.Count;
        },
        cancellationToken);
}
