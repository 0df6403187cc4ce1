using System.Collections.Concurrent;
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

namespace BookRec.Tests.Grains.Training;

/// <summary>What becomes of a run when something comes between, on one silo.</summary>
public sealed class TrainingGrainTests(TestPostgres postgres) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly SetClock _clock = new();
    private TestDatabase _database = null!;
    private ShardCluster _cluster = null!;

    private ITrainingGrain Training => _cluster.Grains.GetGrain<ITrainingGrain>(0);

    private WatchedBlobs Blobs => ShardCluster.BlobsOf(_cluster.Leader);

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.Create(DatabaseEngine.Sqlite, postgres);
        _cluster = await ShardCluster.Start(1, Configure);
        var pipeline = _cluster.Leader.ServiceProvider.GetRequiredService<ImportPipeline>();
        await new DemoSeed(pipeline, new ImportLog(_database.Database), TimeProvider.System).Seed(200, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_run_asked_for_while_the_one_before_clears_up_is_not_begun_twice_and_stays_cancelled()
    {
        var clearing = new Gate();
        Blobs.BeforeList = prefix => prefix.StartsWith("runs/", StringComparison.Ordinal) ? clearing.Pass() : Task.CompletedTask;
        var first = await Training.Start(TrainingTrigger.Demand);
        await clearing.Reached.WaitAsync(Patience);
        Assert.NotEqual(TrainingState.Running, (await Training.Get(first.Id))!.State);

        Blobs.HoldWritesOf("models/");
        var starting = Training.Start(TrainingTrigger.Demand);

        // It is not answered before the first has cleared up; were it, a second would be enough to see that.
        await Task.WhenAny(starting, Task.Delay(TimeSpan.FromSeconds(1)));
        clearing.Open();
        var second = await starting;
        await Blobs.Held.WaitAsync(Patience);

        await Training.Wake();
        Assert.Equal(TrainingStage.Store, (await Training.Get(second.Id))!.Stage);
        await Training.Cancel(second.Id);
        Assert.Equal(TrainingState.Cancelled, (await EndOf(second)).State);
    }

    [Fact]
    public async Task Only_an_admin_cancels_a_run()
    {
        Blobs.BeforePut = _ => Task.FromCanceled(new CancellationToken(canceled: true));
        var ended = await EndOf(await Training.Start(TrainingTrigger.Demand));
        Assert.Equal(TrainingState.Failed, ended.State);
        Assert.StartsWith($"{TrainingStage.Store}: ", ended.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stored_model_that_a_silo_cannot_read_for_a_moment_goes_live_all_the_same()
    {
        var failures = new ConcurrentQueue<Exception>([new IOException("The connection was reset."), new OperationCanceledException()]);
        Blobs.BeforeOpen = _ => failures.TryDequeue(out var failure) ? Task.FromException(failure) : Task.CompletedTask;
        var run = await Training.Start(TrainingTrigger.Demand);
        await Until(async () =>
        {
            await Training.Wake();
            return (run = (await Training.Get(run.Id))!).State != TrainingState.Running;
        });
        Assert.True(run.State == TrainingState.Succeeded, $"{run.State}: {run.Reason}");
        Assert.Empty(failures);
        var active = await _cluster.Grains.GetGrain<IModelRegistryGrain>(0).Active();
        Assert.Equal(run.ModelVersion, active!.Version);
    }

    [Fact]
    public async Task A_rollout_that_never_comes_to_its_end_is_given_up()
    {
        Blobs.BeforeOpen = _ => Task.FromException(new IOException("The connection was reset."));
        var run = await Training.Start(TrainingTrigger.Demand);
        await Until(async () =>
        {
            await Training.Wake();
            return (run = (await Training.Get(run.Id))!).State != TrainingState.Running;
        });
        Assert.Equal(TrainingState.Failed, run.State);
        Assert.Contains("60 times", run.Reason, StringComparison.Ordinal);
        Assert.Null(await _cluster.Grains.GetGrain<IModelRegistryGrain>(0).Active());
    }

    [Fact]
    public async Task One_scheduled_run_makes_up_for_all_occurrences_since_the_first_wake()
    {
        _clock.Now = new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
        await Training.Wake();
        await Tick();
        Assert.Empty((await Runs()).Items);

        // Three Sundays went by while no silo was there to be told.
        _clock.Now += TimeSpan.FromDays(21);
        await Tick();
        var run = Assert.Single((await Runs()).Items);
        Assert.Equal(TrainingTrigger.Schedule, run.Trigger);
        await EndOf(run);
        await Tick();
        Assert.Single((await Runs()).Items);

        _clock.Now += TimeSpan.FromDays(7);
        await Tick();
        Assert.Equal(2, (await Runs()).Items.Count);
        await EndOf((await Runs()).Items[0]);

        Task Tick() => Training.AsReference<IRemindable>().ReceiveReminder("schedule", default);
        Task<Page<TrainingRun>> Runs() => Training.List(new PageRequest(10, null));
    }

    private async Task<TrainingRun> EndOf(TrainingRun run)
    {
        await Until(async () => (run = (await Training.Get(run.Id))!).State != TrainingState.Running);
        return run;
    }

    private void Configure(ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddSingleton<TimeProvider>(_clock).AddSingleton(_database.Database);
        services.AddSingleton<BookStore>().AddSingleton<InteractionStore>().AddSingleton<GrainStateStore>().AddSingleton<Housekeeping>().AddSingleton<TrainingLog>().AddSingleton<ImportPipeline>();
        services.AddSingleton(Options.Create(new TrainingOptions { Factors = 16, Epochs = 4, Threads = 1, SearchSeconds = 0 }));
        services.AddSingleton(Options.Create(new InteractionOptions())).AddSingleton(Options.Create(new ModelOptions()));
        services.AddSingleton<ModelSlot>().AddSingleton<IModelHostClient, ModelHostClient>().AddSingleton<ModelHosts>().AddSingleton<ModelRetention>();
        services.AddTraining();
        silo.UseInMemoryReminderService();
        silo.AddGrainService<ModelHost>();
        silo.AddAdoNetGrainStorageAsDefault((OptionsBuilder<AdoNetGrainStorageOptions> storage) => storage.Configure<Database>((options, database) =>
        {
            options.Invariant = database.OrleansInvariant;
            options.DataSource = database.Source;
            options.GrainStorageSerializer = new GrainStateSerializer();
        }));
    }

    /// <summary>A clock that shows what it is set to, while the timers of the silo go on.</summary>
    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddYears(56);

        public override DateTimeOffset GetUtcNow() => Now;
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
