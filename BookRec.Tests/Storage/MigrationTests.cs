using BookRec.Storage.Databases;
using BookRec.Tests.Support;

namespace BookRec.Tests.Storage;

public sealed class MigrationsOnSqlite(TestPostgres postgres) : MigrationTests(DatabaseEngine.Sqlite, postgres);

public sealed class MigrationsOnPostgres(TestPostgres postgres) : MigrationTests(DatabaseEngine.PostgreSql, postgres);

public abstract class MigrationTests(DatabaseEngine engine, TestPostgres postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrating_again_changes_nothing()
    {
        await using var created = await TestDatabase.Create(engine, postgres);

        await created.Database.Migrate(Stop);
        await created.Database.Ping(Stop);

        Assert.Equal([202601L, 202602, 202603, 202604, 202620, 202621, 202622, 202623], await Versions(created.Database));
    }

    [Fact]
    public async Task Several_processes_that_start_at_once_migrate_once()
    {
        await using var created = await TestDatabase.Create(engine, postgres, migrate: false);

        // Each has its own pool and its own locks, as a process of its own would.
        var databases = Enumerable.Range(0, 4).Select(_ => new Database(engine, created.Database.ConnectionString)).ToList();
        using var start = new Barrier(databases.Count);
        await Task.WhenAll(databases.Select(d => Task.Run(async () =>
        {
            start.SignalAndWait(Stop);
            await d.Migrate(Stop);
            await d.Ping(Stop);
        })));

        Assert.Equal([202601L, 202602, 202603, 202604, 202620, 202621, 202622, 202623], await Versions(created.Database));
        foreach (var database in databases) await database.DisposeAsync();
    }

    private static async Task<List<long>> Versions(Database database)
    {
        await using var connection = await database.Open(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT \"Version\" FROM \"VersionInfo\" ORDER BY \"Version\"";
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var versions = new List<long>();
        while (await reader.ReadAsync(Stop)) versions.Add(reader.GetInt64(0));
        return versions;
    }
}
