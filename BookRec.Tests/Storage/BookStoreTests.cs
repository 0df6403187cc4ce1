using System.Data.Common;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Storage.Catalogue;
using BookRec.Storage.Databases;
using BookRec.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace BookRec.Tests.Storage;

public sealed class BookStoreOnSqlite(TestPostgres postgres) : BookStoreTests(DatabaseEngine.Sqlite, postgres);

public sealed class BookStoreOnPostgres(TestPostgres postgres) : BookStoreTests(DatabaseEngine.PostgreSql, postgres)
{
    [Fact]
    public async Task What_was_changed_before_others_and_committed_after_them_is_told()
    {
        var slow = await AddBook("Slow");
        await using var connection = await Database.Open(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await Execute(connection, $"UPDATE books SET revision = 2, title = 'Slow again' WHERE id = {slow.Id}");
        var quick = await AddBook("Quick");
        var first = await Books.Changes(null, Stop);
        Assert.Equal(["Slow", "Quick"], first.Changes.OrderBy(c => c.Id).Select(c => c.Book!.Title));

        var meanwhile = await Books.Changes(first.Next, Stop);
        await transaction.CommitAsync(Stop);
        var after = await Books.Changes(meanwhile.Next, Stop);

        Assert.Contains(quick.Id, meanwhile.Changes.Select(c => c.Id));
        Assert.Contains("Slow again", after.Changes.Select(c => c.Book?.Title));
    }

    [Fact]
    public async Task Numbers_from_a_database_that_was_restored_from_are_not_told_again_and_again()
    {
        var restored = await AddBook("Restored");
        await using var connection = await Database.Open(Stop);
        await Execute(connection, $"ALTER TABLE books DISABLE TRIGGER number_change; UPDATE books SET change_number = {long.MaxValue}; ALTER TABLE books ENABLE TRIGGER number_change");
        var first = await Books.Changes(null, Stop);
        Assert.Single(first.Changes);

        Assert.DoesNotContain(restored.Id, (await Books.Changes(first.Next, Stop)).Changes.Select(c => c.Id));
        await Books.Update(restored.Id, new BookDraft("Changed", []), null, Stop);
        Assert.Contains("Changed", (await Books.Changes(first.Next, Stop)).Changes.Select(c => c.Book?.Title));
    }

    private static async Task Execute(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Stop);
    }
}

public abstract class BookStoreTests(DatabaseEngine engine, TestPostgres postgres) : StoreTests(engine, postgres)
{
    [Fact]
    public async Task A_created_book_is_found_as_it_was_written()
    {
        var draft = new BookDraft(
            " Les Misérables ", ["Victor Hugo", ""], 1862, "fre", ["Classics", "classics", "Fiction"], "A novel.", "9780451419439", "test:1");

        var created = await Books.Create(draft, Stop);
        var found = await Books.Find(created.Id, Stop);

        Assert.Equivalent(created, found);
        Assert.Equal("Les Misérables", found!.Title);
        Assert.Equal(["Victor Hugo"], found.Authors);
        Assert.Equal(["classics", "fiction"], found.Genres);
        Assert.Equal("fr", found.Language);
        Assert.Equal((1862, "A novel.", "9780451419439", "test:1", 1), (found.Year!.Value, found.Description, found.Isbn, found.ExternalId, found.Revision));
        Assert.Equal((0, (double?)null), (found.RatingsCount, found.AverageRating));
    }

    [Fact]
    public async Task A_book_with_nothing_but_a_title_is_found()
    {
        var created = await Books.Create(new BookDraft("Beowulf", []), Stop);

        var found = await Books.Find(created.Id, Stop);

        Assert.Empty(found!.Authors);
        Assert.Equal((null, null, null, null, null), (found.Year, found.Language, found.Description, found.Isbn, found.ExternalId));
    }

    [Fact]
    public async Task A_taken_external_id_is_a_conflict_on_create_and_on_update()
    {
        var first = await Books.Create(new BookDraft("One", [], ExternalId: "test:1"), Stop);
        var second = await AddBook("Two");

        var created = await Assert.ThrowsAsync<RejectedException>(() => Books.Create(new BookDraft("Three", [], ExternalId: "test:1"), Stop));
        var updated = await Assert.ThrowsAsync<RejectedException>(() => Books.Update(second.Id, new BookDraft("Two", [], ExternalId: "test:1"), null, Stop));

        foreach (var refused in (RejectedException[])[created, updated])
            Assert.Equal((RejectionKind.Conflict, "external_id", $"{first.Id}"), (refused.Kind, refused.Field, refused.ConflictingId));
        Assert.Equal("Two", (await Books.Find(second.Id, Stop))!.Title);
    }

    [Fact]
    public async Task An_update_counts_the_revision_and_keeps_the_external_id()
    {
        var book = await Books.Create(new BookDraft("One", [], ExternalId: "test:1"), Stop);

        var changed = await Books.Update(book.Id, new BookDraft("One and a half", ["Somebody"]), expectedRevision: 1, Stop);

        Assert.Equal((2, "One and a half", "test:1"), (changed!.Revision, changed.Title, changed.ExternalId));
    }

    [Fact]
    public async Task An_update_of_an_older_revision_is_stale_and_changes_nothing()
    {
        var book = await AddBook("One");
        await Books.Update(book.Id, new BookDraft("Two", []), 1, Stop);

        var update = await Assert.ThrowsAsync<RejectedException>(() => Books.Update(book.Id, new BookDraft("Three", []), 1, Stop));
        var delete = await Assert.ThrowsAsync<RejectedException>(() => Books.Delete(book.Id, 1, Stop));

        Assert.Equal((RejectionKind.Stale, RejectionKind.Stale), (update.Kind, delete.Kind));
        Assert.Equal("Two", (await Books.Find(book.Id, Stop))!.Title);
    }

    [Fact]
    public async Task Of_many_updates_of_one_revision_one_wins()
    {
        var book = await AddBook("One");
        using var start = new Barrier(8);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            start.SignalAndWait(Stop);
            try
            {
                return (await Books.Update(book.Id, new BookDraft($"By {i}", []), 1, Stop))!.Title;
            }
            catch (RejectedException refused) when (refused.Kind is RejectionKind.Stale)
            {
                return null;
            }
        })));

        Assert.Equal((await Books.Find(book.Id, Stop))!.Title, Assert.Single(outcomes, o => o is not null));
    }

    [Fact]
    public async Task A_deleted_book_is_neither_found_nor_counted_nor_deleted_again()
    {
        var book = await AddBook("One");
        await AddBook("Two");

        Assert.True(await Books.Delete(book.Id, null, Stop));

        Assert.Null(await Books.Find(book.Id, Stop));
        Assert.Null(await Books.Update(book.Id, new BookDraft("Back", []), null, Stop));
        Assert.False(await Books.Delete(book.Id, null, Stop));
        Assert.False(await Books.Delete(book.Id, 2, Stop));
        Assert.Equal(1, await Books.Count(Stop));
        Assert.Empty((await Books.Search(new BookQuery("one"), new PageRequest(), Stop)).Items);
    }

    [Fact]
    public async Task Asked_for_the_first_time_the_feed_tells_all_living_books()
    {
        var one = await AddBook("One");
        var two = await AddBook("Two");
        await Books.Delete(one.Id, null, Stop);

        var told = await Books.Changes(null, Stop);

        Assert.Equivalent(two, Assert.Single(told.Changes).Book);
    }

    [Fact]
    public async Task Then_it_tells_what_changed_since_deletions_included_and_nothing_twice()
    {
        var one = await AddBook("One");
        var two = await AddBook("Two");
        var three = await AddBook("Three");
        var before = await Books.Changes(null, Stop);
        await Books.Delete(two.Id, null, Stop);
        await Books.Update(one.Id, new BookDraft("One again", []), null, Stop);
        var four = await AddBook("Four");

        var told = await Books.Changes(before.Next, Stop);

        Assert.Equal(
            [(one.Id, "One again"), (two.Id, null), (four.Id, "Four")],
            told.Changes.Where(c => c.Id != three.Id).OrderBy(c => c.Id).Select(c => (c.Id, c.Book?.Title)));

        // Transactions of other tests are under way in the same server, so that there a book may be told again.
        if (Database.Engine is DatabaseEngine.Sqlite)
        {
            Assert.Equal(3, told.Changes.Count);
            Assert.Empty((await Books.Changes(told.Next, Stop)).Changes);
        }
    }

    [Fact]
    public async Task Clocks_mean_nothing_to_the_feed()
    {
        await AddBook("One");
        var before = await Books.Changes(null, Stop);
        var late = await new BookStore(Database, new FakeTimeProvider(Time.GetUtcNow().AddHours(-1))).Create(new BookDraft("By a slow clock", []), Stop);

        Assert.Contains(late.Id, (await Books.Changes(before.Next, Stop)).Changes.Select(c => c.Id));
    }
}
