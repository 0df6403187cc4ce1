using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using BookRec.Engine.Artifacts;
using BookRec.Engine.Tuning;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Interfaces.Training;
using BookRec.Grains.Options;
using BookRec.Grains.Training.Sharding;
using BookRec.Storage.Training;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BookRec.Grains.Training;

/// <summary>
/// What survives a kill: the run, how often it was begun, the hyperparameters once found, its last epoch across silos, the model once stored,
/// and the schedule's position.
/// </summary>
public sealed record TrainingProgress
{
    public TrainingRun? Run { get; init; }

    /// <summary>From 1; counted anew once the model is stored.</summary>
    public int Attempt { get; init; }

    /// <summary>Set by the search stage: an attempt that follows does not search again.</summary>
    public ModelRecipe? Recipe { get; init; }

    /// <summary>Set after each epoch of a training across silos; an attempt that follows begins there.</summary>
    public TrainingCheckpoint? Checkpoint { get; init; }

    /// <summary>Set by the store stage together with the verdict: from here on a killed run goes on with the rollout.</summary>
    public ModelVersion? Stored { get; init; }

    public DateTimeOffset? ScheduledThrough { get; init; }
}

/// <summary>
/// The training of the whole cluster. Owns the one run under way and its stages; forwards the work to <see cref="TrainingPipeline"/> and the
/// outcome to the model registry. Every stage boundary is written with the state's ETag, so that a second activation after a partition
/// stops at its next boundary. A run killed before its model is stored reads the data again and goes on after the last epoch that was written
/// down, or begins anew when none was; after that it goes on with the rollout.
/// </summary>
public sealed class TrainingGrain(
    [PersistentState("training")] IPersistentState<TrainingProgress> stored,
    TrainingPipeline pipeline, TrainingLog history, Housekeeping housekeeping, IOptions<TrainingOptions> options,
    TimeProvider time, ILogger<TrainingGrain> log)
    : Grain, ITrainingGrain, IRemindable, IDisposable
{
    private const string ReminderName = "schedule";

    /// <summary>The shortest period Orleans takes; the cron schedule decides at each tick.</summary>
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    /// <summary>One a minute: a rollout that has not come to its end after an hour is given up.</summary>
    private const int MostRollOuts = 60;

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Share of the whole that is done when a stage begins; from experience, only for the progress bar.</summary>
    private static readonly Dictionary<TrainingStage, double> DoneBefore = new()
    {
        [TrainingStage.Load] = 0,
        [TrainingStage.Validate] = 0.2,
        [TrainingStage.Featurise] = 0.2,
        [TrainingStage.Search] = 0.25,
        [TrainingStage.Train] = 0.5,
        [TrainingStage.Evaluate] = 0.8,
        [TrainingStage.Store] = 0.95,
        [TrainingStage.RollOut] = 0.97,
    };

    private TrainingRun? _run;
    private Task _work = Task.CompletedTask;
    private CancellationTokenSource? _cancellation;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _stoppingSilo;

    private bool IsWorking => !_work.IsCompleted;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // This state is written before the history; a kill between the two writes left the history behind.
        if ((_run = stored.State.Run) is not null)
            await history.Save(_run, cancellationToken);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // The run stays «running» in the database: the next activation takes it up.
        _stoppingSilo = true;
        if (IsWorking)
            await _cancellation!.CancelAsync();
    }

    public async Task<TrainingRun> Start(TrainingTrigger trigger)
    {
        if (_run is { State: TrainingState.Running } running)
            throw new RejectedException(RejectionKind.Conflict, $"Training run {running.Id} is under way.", conflictingId: running.Id.ToString());

        // The run before has ended for everybody who asks, and may still be clearing up.
        await _work;
        var now = time.GetUtcNow();
        var run = new TrainingRun(
            Guid.CreateVersion7(now), TrainingState.Running, TrainingStage.Load, trigger, 0, now, null, null, null, new Dictionary<TrainingStage, double>(), [], null, null);
        var scheduledThrough = trigger == TrainingTrigger.Schedule ? now : stored.State.ScheduledThrough;
        await Write(new TrainingProgress { Run = run, Attempt = 1, ScheduledThrough = scheduledThrough });
        await history.Save(run);
        Work();
        return run;
    }

    public Task<TrainingRun?> Current() => Task.FromResult(_run is { State: TrainingState.Running } ? _run : null);

    public Task<TrainingRun?> Get(Guid runId) => _run?.Id == runId ? Task.FromResult<TrainingRun?>(_run) : history.Find(runId);

    public Task<Page<TrainingRun>> List(PageRequest page) => history.List(page);

    public async Task<TrainingRun?> Cancel(Guid runId)
    {
        if (_run is not { State: TrainingState.Running } || _run.Id != runId || stored.State.Stored is not null)
            return await Get(runId);
        if (IsWorking)
            await _cancellation!.CancelAsync();
        else
            await End(TrainingState.Cancelled, "Cancelled by an admin.");
        return _run;
    }

    public async IAsyncEnumerable<TrainingRun> Watch(Guid runId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TrainingRun? told = null;
        while (true)
        {
            var change = _changed.Task;
            if (await Get(runId) is not { } run)
                yield break;
            if (!ReferenceEquals(run, told))
                yield return told = run;
            if (run.State != TrainingState.Running)
                yield break;
            await change.WaitAsync(cancellationToken);
        }
    }

    public async Task Wake()
    {
        // From here on no occurrence is lost, whoever is down when it comes.
        if (!IsWorking && stored.State.ScheduledThrough is null)
            await Write(stored.State with { ScheduledThrough = time.GetUtcNow() });
        await this.RegisterOrUpdateReminder(ReminderName, ReminderPeriod, ReminderPeriod);
        await Continue();
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await Continue();
        await housekeeping.Forget();
        if (IsWorking || options.Value.NextRun(stored.State.ScheduledThrough ?? time.GetUtcNow() - ReminderPeriod) is not { } due || due > time.GetUtcNow())
            return;

        // However many occurrences were missed, one run makes up for them.
        await Start(TrainingTrigger.Schedule);
    }

    public void Dispose() => _cancellation?.Dispose();

    /// <summary>Takes up a run that was under way when its silo went away.</summary>
    private async Task Continue()
    {
        if (IsWorking || _run is not { State: TrainingState.Running })
            return;
        var (attempt, model) = (stored.State.Attempt, stored.State.Stored);
        if (attempt >= (model is null ? options.Value.MaximumAttempts : MostRollOuts))
        {
            await End(
                TrainingState.Failed,
                model is null ? $"The silo that trained went away {attempt} times." : $"The rollout of model {model.Version} was tried {attempt} times.");
            return;
        }

        log.LogWarning("Training run {RunId} was interrupted in stage {Stage}; it is taken up again", _run.Id, _run.Stage);
        var kept = _run.Epochs.Take(stored.State.Checkpoint?.Epoch ?? 0);
        var run = model is null ? _run with { Stage = TrainingStage.Load, Progress = 0, Epochs = [.. kept], Sharding = null } : _run;
        await Write(stored.State with { Attempt = attempt + 1, Run = run });
        Work();
    }

    /// <summary>Begins the stages and returns; they run between this grain's other turns.</summary>
    private void Work()
    {
        _cancellation?.Dispose();
        _cancellation = new CancellationTokenSource();
        _work = RunToTheEnd(_cancellation.Token);
    }

    private async Task RunToTheEnd(CancellationToken cancellationToken)
    {
        await Task.Yield();
        using var keepAlive = this.RegisterGrainTimer(KeepAlive, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        try
        {
            await (stored.State.Stored is { } model ? RollOut(model) : TrainAndRollOut(cancellationToken));
        }
        catch (Exception e) when (stored.State.Stored is not null)
        {
            // What becomes of a stored model is the registry's to say, and it can be asked again: the next tick of the reminder does.
            log.LogWarning(e, "The rollout of training run {RunId} has not come to its end; it is tried again", _run?.Id);
        }
        catch (OperationCanceledException) when (_stoppingSilo)
        {
            // Left as it is; taken up again elsewhere.
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await EndSafely(TrainingState.Cancelled, "Cancelled by an admin.");
        }
        catch (Exception e)
        {
            log.LogError(e, "Training run {RunId} failed in stage {Stage}", _run?.Id, _run?.Stage);
            await EndSafely(TrainingState.Failed, $"{_run?.Stage}: {e.Message}");
        }
    }

    private async Task TrainAndRollOut(CancellationToken cancellationToken)
    {
        var data = await Stage(TrainingStage.Load, () => pipeline.Load(cancellationToken));
        if (await Stage(TrainingStage.Validate, () => Task.FromResult(pipeline.Validate(data))) is { } unfit)
        {
            await End(TrainingState.Failed, unfit);
            return;
        }

        var features = await Stage(TrainingStage.Featurise, () => pipeline.Featurise(data, cancellationToken));
        var recipe = stored.State.Recipe ?? await Stage(TrainingStage.Search, () => Search(data, features, cancellationToken));
        var candidate = await Stage(TrainingStage.Train, () => Train(data, features, recipe, cancellationToken));
        var judgement = await Stage(TrainingStage.Evaluate, () => pipeline.Evaluate(data, features, candidate, cancellationToken));
        var verdict = PromotionGate.Judge(options.Value.Gate, judgement.Candidate, judgement.Popularity, judgement.Active);
        var version = await Stage(TrainingStage.Store, () => pipeline.Store(_run!.Id, candidate, data, judgement, cancellationToken));
        version = version with { Fate = verdict.Passed ? ModelFate.Candidate : ModelFate.Rejected, Reason = verdict.Reason };
        Show(_run! with { ModelVersion = version.Version, Evaluation = version.Evaluation, Baselines = version.Baselines });
        await Write(stored.State with { Run = _run, Attempt = 1, Stored = version });
        await RollOut(version);
    }

    private async Task<ModelRecipe> Search(TrainingData data, Features features, CancellationToken cancellationToken)
    {
        var trials = new ConcurrentQueue<SearchTrial>();
        var recipe = await Following(
            pipeline.Search(data, features, new SearchTrials(trials), cancellationToken),
            () => Show(_run!.Search?.Count == trials.Count ? _run : _run with { Search = [.. trials] }));
        await Write(stored.State with { Run = _run, Recipe = recipe });
        return recipe;
    }

    private async Task<ModelSnapshot> Train(TrainingData data, Features features, ModelRecipe recipe, CancellationToken cancellationToken)
    {
        var progress = new FactorizationProgress(recipe.Als.Epochs, _run!.Epochs);
        var job = new FactorizationJob(_run.Id, stored.State.Attempt, stored.State.Checkpoint, progress, WriteCheckpoint);
        return await Following(
            pipeline.Train(data, features, recipe, job, cancellationToken),
            () => Show(progress.HasNews ? With(progress) : _run));

        Task WriteCheckpoint(TrainingCheckpoint checkpoint)
        {
            Show(With(progress));
            return Write(stored.State with { Run = _run, Checkpoint = checkpoint });
        }
    }

    /// <summary>Progress is told by worker threads; this grain's state changes only in its own turns, one every so often until the work is done.</summary>
    private async Task<T> Following<T>(Task<T> work, Action look)
    {
        do
        {
            await Task.WhenAny(work, Task.Delay(ProgressInterval, time, CancellationToken.None));
            look();
        }
        while (!work.IsCompleted);
        return await work;
    }

    private TrainingRun With(FactorizationProgress progress)
    {
        var (from, to) = (DoneBefore[TrainingStage.Train], DoneBefore[TrainingStage.Evaluate]);
        return _run! with
        {
            Epochs = progress.Epochs,
            Progress = from + (progress.Share * (to - from)),
            Sharding = progress.Table?.Show(),
            SecondsLeft = progress.SecondsLeft,
        };
    }

    private async Task RollOut(ModelVersion version)
    {
        var registry = GrainFactory.GetGrain<IModelRegistryGrain>(0);
        await Stage(TrainingStage.RollOut, async () =>
        {
            if (version.Fate == ModelFate.Rejected)
                await registry.Reject(version);
            else
                version = await registry.Release(version);
            return version;
        });
        await (version.Fate == ModelFate.Rejected ? End(TrainingState.Rejected, version.Reason) : End(TrainingState.Succeeded, null));
    }

    /// <summary>Runs a stage between two written boundaries.</summary>
    private async Task<T> Stage<T>(TrainingStage stage, Func<Task<T>> work)
    {
        Show(_run! with { Stage = stage, Progress = DoneBefore[stage] });
        await Write(stored.State with { Run = _run });
        await history.Save(_run);
        var began = Stopwatch.GetTimestamp();
        var result = await work();
        var elapsed = Stopwatch.GetElapsedTime(began);
        BookRecMetrics.StageEnded(stage, elapsed);
        Show(_run with { SecondsLeft = null, StageSeconds = new Dictionary<TrainingStage, double>(_run.StageSeconds) { [stage] = elapsed.TotalSeconds } });
        return result;
    }

    private async Task End(TrainingState state, string? reason)
    {
        var ended = _run! with { State = state, Reason = reason, FinishedAt = time.GetUtcNow(), SecondsLeft = null, Progress = state is TrainingState.Succeeded or TrainingState.Rejected ? 1 : _run.Progress };
        await Write(stored.State with { Run = ended, Recipe = null, Checkpoint = null, Stored = null });
        await SaveEnd(ended);
        BookRecMetrics.TrainingEnded(state);
        TrainingMetrics.Ended();
        await CleanUp(ended.Id);
        log.LogInformation("Training run {RunId} ended as {State} after {Seconds:F1} s: {Reason}", ended.Id, state, (ended.FinishedAt - ended.StartedAt)!.Value.TotalSeconds, reason ?? "live");
    }

    private async Task SaveEnd(TrainingRun ended)
    {
        try
        {
            await history.Save(ended);
        }
        catch (Exception e)
        {
            // The run has ended all the same; the next activation writes it into the history.
            log.LogWarning(e, "The end of training run {RunId} could not be written into the history yet", ended.Id);
            DeactivateOnIdle();
        }
    }

    private async Task CleanUp(Guid runId)
    {
        try
        {
            await pipeline.CleanUp(runId);
        }
        catch (Exception e)
        {
            // The run has ended all the same; the next one removes what this one left.
            log.LogWarning(e, "The blobs of training run {RunId} could not be removed", runId);
        }
    }

    private async Task EndSafely(TrainingState state, string reason)
    {
        try
        {
            await End(state, reason);
        }
        catch (Exception e)
        {
            // The database is away too: the run is still «running» there, and the next tick of the reminder takes it up.
            log.LogError(e, "The end of training run {RunId} could not be written down", _run?.Id);
            DeactivateOnIdle();
        }
    }

    private async Task Write(TrainingProgress next)
    {
        var before = stored.State;
        stored.State = next;
        try
        {
            await stored.WriteStateAsync();
        }
        catch
        {
            // Should it have been written all the same, the next write meets another ETag.
            stored.State = before;
            throw;
        }

        if (next.Run is not null)
            Show(next.Run);
    }

    private void Show(TrainingRun run)
    {
        if (ReferenceEquals(run, _run))
            return;
        _run = run;
        var told = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        told.TrySetResult();
    }

    private Task KeepAlive(CancellationToken cancellationToken)
    {
        DelayDeactivation(TimeSpan.FromMinutes(5));
        return Task.CompletedTask;
    }

    private sealed class SearchTrials(ConcurrentQueue<SearchTrial> trials) : IProgress<SearchReport>
    {
        public void Report(SearchReport value) => trials.Enqueue(new SearchTrial(value.Part, value.Options, value.Score));
    }
}
