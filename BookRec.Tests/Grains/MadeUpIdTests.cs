using BookRec.Grains.Catalogue;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Models;
using BookRec.Storage.Blobs;
using BookRec.Storage.Catalogue;
using BookRec.Storage.Databases;
using BookRec.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace BookRec.Tests.Grains;

/// <summary>Grains of ids that callers make up.</summary>
public sealed class MadeUpIdTests(TestPostgres postgres) : IAsyncLifetime
{
    private readonly string _blobs = Directory.CreateTempSubdirectory("bookrec-blobs-").FullName;
    private TestDatabase _database = null!;
    private InProcessTestCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.Create(DatabaseEngine.Sqlite, postgres);
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMemoryGrainStorageAsDefault();
            silo.Services
                .AddSingleton(TimeProvider.System).AddSingleton(_database.Database).AddSingleton<BookStore>()
                .AddSingleton<IBlobStore>(new FileBlobStore(_blobs)).AddSingleton<ModelSlot>()
                .AddSingleton<IModelHostClient, ModelHostClient>().AddSingleton<ModelHosts>().AddSingleton<CatalogueNews>();
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_blobs, recursive: true);
    }

    [Fact]
    public async Task A_book_that_is_not_there_is_not_kept_and_one_that_is_stays()
    {
        var dune = await new BookStore(_database.Database, TimeProvider.System).Create(new BookDraft("Dune", ["Frank Herbert"], 1965, "en", []), TestContext.Current.CancellationToken);
        var (there, missing) = (_cluster.Client.GetGrain<IBookGrain>(dune.Id), _cluster.Client.GetGrain<IBookGrain>(dune.Id + 1));

        Assert.Null(await missing.Similar(10));
        Assert.Null(await missing.Get());
        Assert.Equal("Dune", (await there.Get())?.Title);

        await Poll.Until(async () => !await IsActive(missing), "the book that is not there to go");
        Assert.True(await IsActive(there));
    }

    [Fact]
    public async Task All_who_ask_at_once_for_what_is_not_there_are_told_so()
    {
        var (book, session) = (_cluster.Client.GetGrain<IBookGrain>(4711), _cluster.Client.GetGrain<ISessionGrain>(Guid.NewGuid()));

        Assert.All(await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => book.Get())), Assert.Null);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => session.Refresh("made up"))), Assert.Null);
    }

    [Fact]
    public async Task A_session_that_is_not_there_is_not_kept()
    {
        var session = _cluster.Client.GetGrain<ISessionGrain>(Guid.NewGuid());

        Assert.Null(await session.Refresh("made up"));

        await Poll.Until(async () => !await IsActive(session), "the session that is not there to go");
    }

    private async Task<bool> IsActive(IAddressable grain) => await _cluster.Client.GetGrain<IManagementGrain>(0).GetActivationAddress(grain) is not null;
}
