using System.Collections.Concurrent;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Training;
using BookRec.Grains.Options;
using BookRec.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BookRec.Tests.Grains.Training;

/// <summary>What becomes of a run when something comes between, on one silo.</summary>
public sealed class TrainingGrainTests(TestPostgres postgres) : GrainClusterTests(postgres, silos: 1)
{
    private readonly SetClock _clock = new();

    protected override int DemoReaders => 200;

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
        var run = await EndOf(await Training.Start(TrainingTrigger.Demand), wake: true);
        Assert.True(run.State == TrainingState.Succeeded, $"{run.State}: {run.Reason}");
        Assert.Empty(failures);
        var active = await Registry.Active();
        Assert.Equal(run.ModelVersion, active!.Version);
    }

    [Fact]
    public async Task A_rollout_that_never_comes_to_its_end_is_given_up()
    {
        Blobs.BeforeOpen = _ => Task.FromException(new IOException("The connection was reset."));
        var run = await EndOf(await Training.Start(TrainingTrigger.Demand), wake: true);
        Assert.Equal(TrainingState.Failed, run.State);
        Assert.Contains("60 times", run.Reason, StringComparison.Ordinal);
        Assert.Null(await Registry.Active());
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

    /// <param name="wake">As a silo does that starts.</param>
    private async Task<TrainingRun> EndOf(TrainingRun run, bool wake = false)
    {
        await Poll.Until(
            async () =>
            {
                if (wake)
                    await Training.Wake();
                return (run = (await Training.Get(run.Id))!).State != TrainingState.Running;
            },
            "the run to end");
        return run;
    }

    protected override void Configure(ISiloBuilder silo)
        => silo.Services.AddSingleton<TimeProvider>(_clock).AddSingleton(Options.Create(new TrainingOptions { Factors = 16, Epochs = 4, Threads = 1, SearchSeconds = 0 }));

    /// <summary>A clock that shows what it is set to, while the timers of the silo go on.</summary>
    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddYears(56);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
