using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Interfaces.Training;
using BookRec.Grains.Models;
using BookRec.Grains.Options;
using BookRec.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.TestingHost;

namespace BookRec.Tests.Grains.Training;

/// <summary>The training grain with everything it works with, on three silos that share a database and a folder of blobs.</summary>
public sealed class TrainingClusterTests(TestPostgres postgres) : GrainClusterTests(postgres, silos: 3)
{
    protected override int DemoReaders => 300;

    [Fact]
    public async Task A_run_spreads_over_all_silos_shows_its_shards_and_goes_live_everywhere()
    {
        var training = GrainOn(Cluster.Leader);
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
        await Poll.Until(() => Task.FromResult(Cluster.RunFiles.Count == 0), "the run's blobs to be removed");
        foreach (var silo in Cluster.Silos)
            await Poll.Until(() => Task.FromResult(silo.ServiceProvider.GetRequiredService<ModelSlot>().Version == ended.ModelVersion), "the model to be live");
        await ARejectedVersionLeavesNothingButItsRecord(ended.ModelVersion!);
    }

    /// <summary>No artifact is kept here besides those of the active and the previous version.</summary>
    private async Task ARejectedVersionLeavesNothingButItsRecord(string active)
    {
        var rejected = (await Registry.Active())! with { Version = "99991231T000000Z-0000", Fate = ModelFate.Rejected };
        await Blobs.Put($"models/{rejected.Version}/model.bin", new MemoryStream([1]));

        await Registry.Reject(rejected);

        Assert.Equal(ModelFate.Pruned, (await Registry.Status()).Versions[0].Fate);
        Assert.Null(await Blobs.Open($"models/{rejected.Version}/model.bin"));
        Assert.NotNull(await Blobs.Open($"models/{active}/model.bin"));
        var refused = await Assert.ThrowsAsync<RejectedException>(() => Registry.Promote(rejected.Version));
        Assert.Equal(RejectionKind.Conflict, refused.Kind);
    }

    [Fact]
    public async Task A_run_whose_leading_silo_is_killed_goes_on_after_its_last_epoch()
    {
        var silos = Cluster.Silos.ToList();
        foreach (var blobs in Cluster.Blobs)
            blobs.HoldWritesOf("/0005-users/");
        var run = await GrainOn(silos[0]).Start(TrainingTrigger.Demand);
        var leading = await SiloOf(run);
        var survivor = silos.First(s => s != leading);

        // Two epochs are done and the third hangs.
        await Task.WhenAny(Cluster.Blobs.Select(b => b.Held)).WaitAsync(Patience);
        var held = (await GrainOn(survivor).Get(run.Id))!;
        await Cluster.Kill(leading);
        foreach (var blobs in Cluster.Blobs)
            blobs.OpenGate();
        TrainingRun? ended = null;
        await Poll.Until(
            async () =>
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
            },
            "the run to end");
        Assert.True(ended!.State == TrainingState.Succeeded, $"{ended.State}: {ended.Reason}");
        Assert.Equal(Enumerable.Range(1, ended.Epochs.Count), ended.Epochs.Select(e => e.Epoch));
        Assert.Equal(held.Epochs, ended.Epochs.Take(2));

        // The hyperparameters were searched for once.
        Assert.Contains(held.Search!, trial => trial.Part == "factors");
        Assert.Equal(held.Search!, ended.Search!);
        Assert.Equal(held.StageSeconds[TrainingStage.Search], ended.StageSeconds[TrainingStage.Search]);
        Assert.DoesNotContain(ended.Sharding!.Shards, s => s.Silo == leading.Name);

        // The first epochs were done once: their books were written by the first attempt alone.
        Assert.Equal(12, Cluster.Blobs.SelectMany(b => b.Puts).Count(key => key.Contains("/0002-books/", StringComparison.Ordinal)));
        await Poll.Until(() => Task.FromResult(Cluster.RunFiles.Count == 0), "the run's blobs to be removed");
    }

    private async Task<InProcessSiloHandle> SiloOf(TrainingRun run)
    {
        Assert.Equal(TrainingState.Running, run.State);
        var address = await Cluster.Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(Training);
        return Cluster.Silos.Single(silo => silo.SiloAddress.Equals(address));
    }

    private static ITrainingGrain GrainOn(InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<IGrainFactory>().GetGrain<ITrainingGrain>(0);

    protected override void Configure(ISiloBuilder silo)
        => silo.Services
            .AddSingleton(Options.Create(new TrainingOptions { Schedule = "", Factors = 32, Threads = 1, SearchSeconds = 2 }))
            .AddSingleton(Options.Create(new ModelOptions { KeepArtifacts = 0 }));
}
