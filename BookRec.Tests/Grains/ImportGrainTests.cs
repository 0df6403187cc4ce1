using System.Text;
using BookRec.Grains.Imports;
using BookRec.Grains.Interfaces.Imports;
using BookRec.Grains.Options;
using BookRec.Storage.Catalogue;
using BookRec.Storage.Databases;
using BookRec.Storage.Imports;
using BookRec.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Core.Internal;
using Orleans.TestingHost;

namespace BookRec.Tests.Grains;

/// <summary>The import grain on a silo of its own, over a PostgreSQL that can be made to refuse or to wait.</summary>
public sealed class ImportGrainTests(TestPostgres postgres) : IAsyncLifetime
{
    private readonly string _spool = Directory.CreateTempSubdirectory("bookrec-spool-").FullName;
    private TestDatabase _database = null!;
    private InProcessTestCluster _cluster = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.Create(DatabaseEngine.PostgreSql, postgres);
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) => silo.Services
            .AddSingleton(TimeProvider.System).AddSingleton(_database.Database)
            .AddSingleton<ImportLog>().AddSingleton<ImportPipeline>().AddSingleton<ImportSpool>().AddSingleton<BookStore>().AddSingleton<DemoData>()
            .AddSingleton(Options.Create(new ImportOptions { SpoolDirectory = _spool })));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_spool, recursive: true);
    }

    [Fact]
    public async Task An_import_goes_on_while_its_progress_cannot_be_written_down()
    {
        await Execute(
            "CREATE SEQUENCE refused",
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM nextval('refused'); RAISE EXCEPTION 'not now'; END $$
            """,
            "CREATE TRIGGER no_progress BEFORE UPDATE ON imports FOR EACH ROW WHEN (OLD.state = 'Running' AND NEW.state = 'Running') EXECUTE FUNCTION refuse()");
        var (id, import) = await Uploaded();
        await using (var connection = await Open())
        {
            // The pipeline waits for the table; the progress is written down, or not, every second meanwhile.
            await using var held = await connection.BeginTransactionAsync(Stop);
            await using var hold = new NpgsqlCommand("LOCK TABLE books", connection, held);
            await hold.ExecuteNonQueryAsync(Stop);
            await import.Run();
            await Poll.Until(async () => (bool)(await Scalar("SELECT is_called FROM refused"))!, "a refused progress");
        }

        var log = new ImportLog(_database.Database);
        ImportStatus ended = null!;
        await Poll.Until(async () => (ended = (await log.Find(id, Stop))!).State != ImportState.Running, "the import to end");
        Assert.Equal((ImportState.Succeeded, 1, null), (ended.State, ended.Books, ended.Reason));
        Assert.Empty(Directory.GetFileSystemEntries(_spool));
    }

    [Fact]
    public async Task An_upload_that_does_not_go_on_ends_with_its_activation_and_leaves_no_files()
    {
        var (id, import) = await Uploaded();
        Assert.NotEmpty(Directory.GetFileSystemEntries(_spool));

        await import.Cast<IGrainManagementExtension>().DeactivateOnIdle();

        var log = new ImportLog(_database.Database);
        await Poll.Until(async () => (await log.Find(id, Stop))!.State == ImportState.Failed, "the upload to end");
        Assert.Empty(Directory.GetFileSystemEntries(_spool));
    }

    [Fact]
    public async Task An_import_whose_start_could_not_be_written_down_can_be_aborted()
    {
        await Execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not now'; END $$",
            "CREATE TRIGGER no_start BEFORE UPDATE ON imports FOR EACH ROW WHEN (NEW.state = 'Running') EXECUTE FUNCTION refuse()");
        var (_, import) = await Uploaded();
        await Assert.ThrowsAnyAsync<Exception>(import.Run);

        await import.Abort("it did not begin");

        Assert.Equal((ImportState.Failed, "it did not begin"), ((await import.Status())!.State, (await import.Status())!.Reason));
        Assert.Empty(Directory.GetFileSystemEntries(_spool));
    }

    [Fact]
    public void A_silo_that_starts_deletes_what_imports_left_behind_and_nothing_else()
    {
        var spool = new ImportSpool(Options.Create(new ImportOptions { SpoolDirectory = _spool }));
        var left = Directory.CreateDirectory(spool.FolderOf(Guid.NewGuid()));
        File.WriteAllText(Path.Combine(left.FullName, "books.csv"), "id");
        var other = Directory.CreateDirectory(Path.Combine(_spool, "photographs"));

        spool.Empty();

        Assert.Equal([other.FullName], Directory.GetFileSystemEntries(_spool));
    }

    /// <summary>An import of one book whose files are there.</summary>
    private async Task<(Guid Id, IImportGrain Import)> Uploaded()
    {
        var id = Guid.NewGuid();
        var import = _cluster.Client.GetGrain<IImportGrain>(id);
        await import.Open(ImportFormat.BookRec, "sample");
        await import.Append("books.csv", 0, Encoding.UTF8.GetBytes("id,title,authors,year,language,tags\n1,One,Nobody,1990,en,poetry\n"));
        return (id, import);
    }

    private async Task<NpgsqlConnection> Open()
    {
        var connection = new NpgsqlConnection(_database.Database.ConnectionString);
        await connection.OpenAsync(Stop);
        return connection;
    }

    private async Task Execute(params string[] statements)
    {
        foreach (var statement in statements)
            await Scalar(statement);
    }

    private async Task<object?> Scalar(string statement)
    {
        await using var connection = await Open();
        await using var command = new NpgsqlCommand(statement, connection);
        return await command.ExecuteScalarAsync(Stop);
    }
}
