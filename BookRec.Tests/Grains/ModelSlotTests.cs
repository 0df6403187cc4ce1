using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Imports;
using BookRec.Grains.Models;
using BookRec.Storage.Blobs;
using BookRec.Storage.Databases;
using BookRec.Storage.Imports;
using BookRec.Tests.Storage;
using BookRec.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace BookRec.Tests.Grains;

public sealed class ModelSlotOnSqlite(TestPostgres postgres) : ModelSlotTests(DatabaseEngine.Sqlite, postgres);

public sealed class ModelSlotOnPostgres(TestPostgres postgres) : ModelSlotTests(DatabaseEngine.PostgreSql, postgres);

/// <summary>How a silo comes to know the catalogue.</summary>
public abstract class ModelSlotTests(DatabaseEngine engine, TestPostgres postgres) : StoreTests(engine, postgres)
{
    [Fact]
    public async Task Books_of_an_import_come_in_however_long_it_takes()
    {
        const int books = 2_500;
        var folder = Directory.CreateTempSubdirectory("bookrec-import-");
        var file = Path.Combine(folder.FullName, "books.csv");
        await File.WriteAllLinesAsync(file, ["id,title,authors,year,language,tags", .. Enumerable.Range(1, books).Select(id => $"{id},Title {id},,,,")], Stop);
        using var slot = new ModelSlot(new FileBlobStore(folder.FullName), Books, NullLogger<ModelSlot>.Instance);
        await slot.FollowCatalogue(Stop);
        var seen = new List<int>();
        var batches = new Told(() =>
        {
            slot.FollowCatalogue(Stop).GetAwaiter().GetResult();
            seen.Add(slot.Live.Count);
            Time.Advance(TimeSpan.FromMinutes(1));
        });

        await new ImportPipeline(Database, Time).Run(ImportFormat.BookRec, "test", AccountKind.Imported, [new("books.csv", file)], batches, Stop);

        Assert.Equal([1_000, 2_000, books], seen);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_change_is_seen_whatever_the_clock_of_the_silo_that_made_it()
    {
        using var slot = new ModelSlot(new FileBlobStore(Path.GetTempPath()), Books, NullLogger<ModelSlot>.Instance);
        var book = await AddBook("One");
        await slot.FollowCatalogue(Stop);
        Assert.Equal("One", slot.Live.Find(book.Id)!.Title);
        var slow = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Time.GetUtcNow().AddMinutes(-1));

        await new BookRec.Storage.Catalogue.BookStore(Database, slow).Delete(book.Id, null, Stop);
        await slot.FollowCatalogue(Stop);

        Assert.Null(slot.Live.Find(book.Id));
    }

    private sealed class Told(Action tell) : IProgress<ImportCounts>
    {
        public void Report(ImportCounts value) => tell();
    }
}
