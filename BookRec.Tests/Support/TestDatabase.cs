using BookRec.Storage.Databases;
using Npgsql;

namespace BookRec.Tests.Support;

/// <summary>A database of one engine for one test, its schema up to date unless told otherwise; a SQLite file is gone when disposed.</summary>
/// <remarks>The migrations run once for each engine; what tests get are copies, which take a tenth of the time.</remarks>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly SemaphoreSlim s_preparing = new(1, 1);

    private static string? s_sqliteTemplate;
    private static string? s_postgresTemplate;

    private readonly string? _folder;

    private TestDatabase(Database database, string? folder)
    {
        Database = database;
        _folder = folder;
    }

    public Database Database { get; }

    public static async Task<TestDatabase> Create(DatabaseEngine engine, TestPostgres postgres, bool migrate = true)
    {
        if (migrate) await PrepareTemplates(engine, postgres);
        return engine is DatabaseEngine.Sqlite
            ? InFile(migrate ? s_sqliteTemplate : null)
            : new TestDatabase(new Database(engine, await (migrate ? postgres.CreateDatabase(s_postgresTemplate!) : postgres.CreateDatabase())), null);
    }

    /// <summary>Runs a statement past our own code; returns the first value, if there is one.</summary>
    public async Task<object?> Query(string sql)
    {
        await using var connection = await Database.Open(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }

    private static TestDatabase InFile(string? template)
    {
        var folder = Directory.CreateTempSubdirectory("bookrec-sqlite-").FullName;
        var path = Path.Combine(folder, "bookrec.db");
        if (template is not null) File.Copy(template, path);
        return new TestDatabase(new Database(DatabaseEngine.Sqlite, $"Data Source={path}"), folder);
    }

    private static async Task PrepareTemplates(DatabaseEngine engine, TestPostgres postgres)
    {
        await s_preparing.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (engine is DatabaseEngine.Sqlite && s_sqliteTemplate is null)
            {
                var made = InFile(template: null);
                await made.Database.Migrate(TestContext.Current.CancellationToken);
                await made.Database.DisposeAsync();
                s_sqliteTemplate = Path.Combine(made._folder!, "bookrec.db");
                AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(made._folder!, recursive: true);
            }
            else if (engine is DatabaseEngine.PostgreSql && s_postgresTemplate is null)
            {
                var text = await postgres.CreateDatabase();
                await using (var database = new Database(engine, text)) await database.Migrate(TestContext.Current.CancellationToken);

                // The migration runner's connections wait in the driver's pool; a database somebody is connected to cannot be copied.
                NpgsqlConnection.ClearAllPools();
                s_postgresTemplate = new NpgsqlConnectionStringBuilder(text).Database;
            }
        }
        finally
        {
            s_preparing.Release();
        }
    }
}
