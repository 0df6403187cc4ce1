using BookRec.Storage.Databases;

namespace BookRec.Tests.Support;

/// <summary>An empty database of one engine, its schema up to date; gone when disposed.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string? _folder;

    private TestDatabase(Database database, string? folder)
    {
        Database = database;
        _folder = folder;
    }

    public Database Database { get; }

    public static async Task<TestDatabase> Create(DatabaseEngine engine, TestPostgres postgres, bool migrate = true)
    {
        var created = engine is DatabaseEngine.Sqlite ? InFile() : new TestDatabase(new Database(engine, await postgres.CreateDatabase()), null);
        if (migrate) await created.Database.Migrate(TestContext.Current.CancellationToken);
        return created;
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }

    private static TestDatabase InFile()
    {
        var folder = Directory.CreateTempSubdirectory("bookrec-sqlite-").FullName;
        return new TestDatabase(new Database(DatabaseEngine.Sqlite, $"Data Source={Path.Combine(folder, "bookrec.db")}"), folder);
    }
}
