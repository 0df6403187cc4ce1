using System.Diagnostics;
using BookRec.Grains;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Interfaces.Training;
using BookRec.Grains.Models;
using BookRec.Grains.Options;
using BookRec.Grains.Training;
using BookRec.Silo;
using BookRec.Silo.Demo;
using BookRec.Storage.Catalogue;
using BookRec.Storage.Databases;
using BookRec.Storage.Imports;
using BookRec.Storage.Interactions;
using BookRec.Storage.Orleans;
using BookRec.Storage.Training;
using BookRec.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace BookRec.Tests.Grains.Training;

/// <summary>The training grain with everything it works with, on three silos that share a database and a folder of blobs.</summary>
public sealed class TrainingClusterTests(TestPostgres postgres) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private TestDatabase _database = null!;
    private ShardCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.Create(DatabaseEngine.Sqlite, postgres);
        _cluster = await ShardCluster.Start(3, AddTraining);
        var services = _cluster.Leader.ServiceProvider;
        await new DemoSeed(services.GetRequiredService<ImportPipeline>(), new ImportLog(_database.Database), TimeProvider.System).Seed(300, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_run_spreads_over_all_silos_shows_its_shards_and_goes_live_everywhere()
    {
        var training = GrainOn(_cluster.Leader);
        var run = await training.Start(TrainingTrigger.Demand);
        var seen = new List<TrainingRun>();
        await foreach (var change in training.Watch(run.Id))
            seen.Add(change);
        var ended = seen[^1];
        Assert.True(ended.State == TrainingState.Succeeded, $"{ended.State}: {ended.Reason}");
        Assert.Equal(Enumerable.Range(1, ended.Epochs.Count), ended.Epochs.Select(e => e.Epoch));
        Assert.Equal(3, ended.Sharding!.Silos.Count);
        Assert.Equal(24, ended.Sharding.Shards.Count);
        Assert.True(ended.Sharding.BytesMoved > 0);
        Assert.Null(ended.SecondsLeft);
        Assert.Contains(seen, r => r is { Stage: TrainingStage.Train, SecondsLeft: > 0, Sharding.Shards.Count: 24 });
        await Until(() => Task.FromResult(_cluster.RunFiles.Count == 0));
        foreach (var silo in _cluster.Silos)
            await Until(() => Task.FromResult(silo.ServiceProvider.GetRequiredService<ModelSlot>().Version == ended.ModelVersion));
        await ARejectedVersionLeavesNothingButItsRecord(ended.ModelVersion!);
    }

    /// <summary>No artifact is kept here besides those of the active and the previous version.</summary>
    private async Task ARejectedVersionLeavesNothingButItsRecord(string active)
    {
        var registry = _cluster.Grains.GetGrain<IModelRegistryGrain>(0);
        var blobs = ShardCluster.BlobsOf(_cluster.Leader);
        var rejected = (await registry.Active())! with { Version = "99991231T000000Z-0000", Fate = ModelFate.Rejected };
        await blobs.Put($"models/{rejected.Version}/model.bin", new MemoryStream([1]));

        await registry.Reject(rejected);

        Assert.Equal(ModelFate.Pruned, (await registry.Status()).Versions[0].Fate);
        Assert.Null(await blobs.Open($"models/{rejected.Version}/model.bin"));
        Assert.NotNull(await blobs.Open($"models/{active}/model.bin"));
        var refused = await Assert.ThrowsAsync<RejectedException>(() => registry.Promote(rejected.Version));
        Assert.Equal(RejectionKind.Conflict, refused.Kind);
    }

    [Fact]
    public async Task A_run_whose_leading_silo_is_killed_goes_on_after_its_last_epoch()
    {
        var silos = _cluster.Silos.ToList();
        foreach (var blobs in _cluster.Blobs)
            blobs.HoldWritesOf("/0005-users/");
        var run = await GrainOn(silos[0]).Start(TrainingTrigger.Demand);
        var leading = await SiloOf(run);
        var survivor = silos.First(s => s != leading);

        // Two epochs are done and the third hangs.
        await Task.WhenAny(_cluster.Blobs.Select(b => b.Held)).WaitAsync(Patience);
        var held = (await GrainOn(survivor).Get(run.Id))!;
        await _cluster.Kill(leading);
        foreach (var blobs in _cluster.Blobs)
            blobs.OpenGate();
        TrainingRun? ended = null;
        await Until(async () =>
        {
            try
            {
                await GrainOn(survivor).Wake();
                return (ended = await GrainOn(survivor).Get(run.Id)) is { State: not TrainingState.Running };
            }
            catch (Exception e) when (e is OrleansException or TimeoutException)
            {
                return false;
            }
        });
        Assert.True(ended!.State == TrainingState.Succeeded, $"{ended.State}: {ended.Reason}");
        Assert.Equal(Enumerable.Range(1, ended.Epochs.Count), ended.Epochs.Select(e => e.Epoch));
        Assert.Equal(held.Epochs, ended.Epochs.Take(2));

        // The hyperparameters were searched for once.
        Assert.Contains(held.Search!, trial => trial.Part == "factors");
        Assert.Equal(held.Search!, ended.Search!);
        Assert.Equal(held.StageSeconds[TrainingStage.Search], ended.StageSeconds[TrainingStage.Search]);
        Assert.DoesNotContain(ended.Sharding!.Shards, s => s.Silo == leading.Name);

        // The first epochs were done once: their books were written by the first attempt alone.
        Assert.Equal(12, _cluster.Blobs.SelectMany(b => b.Puts).Count(key => key.Contains("/0002-books/", StringComparison.Ordinal)));
        await Until(() => Task.FromResult(_cluster.RunFiles.Count == 0));
    }

    private async Task<InProcessSiloHandle> SiloOf(TrainingRun run)
    {
        Assert.Equal(TrainingState.Running, run.State);
        var grains = _cluster.Grains;
        var address = await grains.GetGrain<IManagementGrain>(0).GetActivationAddress(grains.GetGrain<ITrainingGrain>(0));
        return _cluster.Silos.Single(silo => silo.SiloAddress.Equals(address));
    }

    private static ITrainingGrain GrainOn(InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<IGrainFactory>().GetGrain<ITrainingGrain>(0);

    private void AddTraining(ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddSingleton(_database.Database);
        services.AddSingleton<BookStore>().AddSingleton<InteractionStore>().AddSingleton<GrainStateStore>().AddSingleton<Housekeeping>().AddSingleton<TrainingLog>().AddSingleton<ImportPipeline>();
        services.AddSingleton(Options.Create(new TrainingOptions { Schedule = "", Factors = 32, Threads = 1, SearchSeconds = 2 }));
        services.AddSingleton(Options.Create(new InteractionOptions())).AddSingleton(Options.Create(new ModelOptions { KeepArtifacts = 0 }));
        services.AddSingleton<ModelSlot>().AddSingleton<IModelHostClient, ModelHostClient>().AddSingleton<ModelHosts>().AddSingleton<ModelRetention>();
        services.AddTraining();
        silo.UseInMemoryReminderService();
        silo.AddGrainService<ModelHost>();
        silo.AddAdoNetGrainStorageAsDefault((OptionsBuilder<AdoNetGrainStorageOptions> storage) => storage.Configure<Database>((options, database) =>
        {
            options.Invariant = database.OrleansInvariant;
            options.DataSource = database.Source;
            options.GrainStorageSerializer = new GrainStateSerializer();
            options.DeleteStateOnClear = true;
        }));
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(waited.Elapsed < Patience, "Waited in vain.");
            await Task.Delay(50);
        }
    }
}
