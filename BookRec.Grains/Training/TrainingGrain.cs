using System.Runtime.CompilerServices;
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
/// The training of the whole cluster. Owns the one run under way: when it begins, is taken up again, is cancelled and ends; forwards what it
/// does to <see cref="TrainingStages"/>. Every stage boundary is written with the state's ETag, so that a second activation after a partition
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

    private readonly RunJournal _journal = new(stored, history);
    private Task _work = Task.CompletedTask;
    private CancellationTokenSource? _cancellation;
    private bool _stoppingSilo;

    private TrainingRun? Run => _journal.Run;

    private bool IsWorking => !_work.IsCompleted;

    public override Task OnActivateAsync(CancellationToken cancellationToken) => _journal.Open(cancellationToken);

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // The run stays «running» in the database: the next activation takes it up.
        _stoppingSilo = true;
        if (IsWorking)
            await _cancellation!.CancelAsync();
    }

    public async Task<TrainingRun> Start(TrainingTrigger trigger)
    {
        if (Run is { State: TrainingState.Running } running)
            throw new RejectedException(RejectionKind.Conflict, $"Training run {running.Id} is under way.", conflictingId: running.Id.ToString());

        // The run before has ended for everybody who asks, and may still be clearing up.
        await _work;
        var now = time.GetUtcNow();
        var run = new TrainingRun(
            Guid.CreateVersion7(now), TrainingState.Running, TrainingStage.Load, trigger, 0, now, null, null, null, new Dictionary<TrainingStage, double>(), [], null, null);
        var scheduledThrough = trigger == TrainingTrigger.Schedule ? now : _journal.Written.ScheduledThrough;
        await _journal.Write(new TrainingProgress { Run = run, Attempt = 1, ScheduledThrough = scheduledThrough });
        await _journal.Keep();
        Work();
        return run;
    }

    public Task<TrainingRun?> Current() => Task.FromResult(Run is { State: TrainingState.Running } ? Run : null);

    public Task<TrainingRun?> Get(Guid runId) => _journal.Find(runId);

    public Task<Page<TrainingRun>> List(PageRequest page) => _journal.List(page);

    public async Task<TrainingRun?> Cancel(Guid runId)
    {
        if (Run is not { State: TrainingState.Running } || Run.Id != runId || _journal.Written.Stored is not null)
            return await Get(runId);
        if (IsWorking)
            await _cancellation!.CancelAsync();
        else
            await End(TrainingState.Cancelled, "Cancelled by an admin.");
        return Run;
    }

    public async IAsyncEnumerable<TrainingRun> Watch(Guid runId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TrainingRun? told = null;
        while (true)
        {
            var change = _journal.Change;
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
        if (!IsWorking && _journal.Written.ScheduledThrough is null)
            await _journal.Write(_journal.Written with { ScheduledThrough = time.GetUtcNow() });
        await this.RegisterOrUpdateReminder(ReminderName, ReminderPeriod, ReminderPeriod);
        await Continue();
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await Continue();
        housekeeping.Begin();
        if (IsWorking || options.Value.NextRun(_journal.Written.ScheduledThrough ?? time.GetUtcNow() - ReminderPeriod) is not { } due || due > time.GetUtcNow())
            return;

        // However many occurrences were missed, one run makes up for them.
        await Start(TrainingTrigger.Schedule);
    }

    public void Dispose() => _cancellation?.Dispose();

    /// <summary>Takes up a run that was under way when its silo went away.</summary>
    private async Task Continue()
    {
        if (IsWorking || Run is not { State: TrainingState.Running })
            return;
        var (attempt, model) = (_journal.Written.Attempt, _journal.Written.Stored);
        if (attempt >= (model is null ? options.Value.MaximumAttempts : MostRollOuts))
        {
            await End(
                TrainingState.Failed,
                model is null ? $"The silo that trained went away {attempt} times." : $"The rollout of model {model.Version} was tried {attempt} times.");
            return;
        }

        log.LogWarning("Training run {RunId} was interrupted in stage {Stage}; it is taken up again", Run.Id, Run.Stage);
        var kept = Run.Epochs.Take(_journal.Written.Checkpoint?.Epoch ?? 0);
        var run = model is null ? Run with { Stage = TrainingStage.Load, Progress = 0, Epochs = [.. kept], Sharding = null } : Run;
        await _journal.Write(_journal.Written with { Attempt = attempt + 1, Run = run });
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
            var stages = new TrainingStages(_journal, pipeline, GrainFactory.GetGrain<IModelRegistryGrain>(0), options.Value.Gate, time);
            var (state, reason) = await (_journal.Written.Stored is { } model ? stages.RollOut(model) : stages.TrainAndRollOut(cancellationToken));
            await End(state, reason);
        }
        catch (Exception e) when (_journal.Written.Stored is not null)
        {
            // What becomes of a stored model is the registry's to say, and it can be asked again: the next tick of the reminder does.
            log.LogWarning(e, "The rollout of training run {RunId} has not come to its end; it is tried again", Run?.Id);
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
            log.LogError(e, "Training run {RunId} failed in stage {Stage}", Run?.Id, Run?.Stage);
            await EndSafely(TrainingState.Failed, $"{Run?.Stage}: {e.Message}");
        }
    }

    private async Task End(TrainingState state, string? reason)
    {
        var ended = Run! with { State = state, Reason = reason, FinishedAt = time.GetUtcNow(), SecondsLeft = null, Progress = state is TrainingState.Succeeded or TrainingState.Rejected ? 1 : Run.Progress };
        await _journal.Write(_journal.Written with { Run = ended, Recipe = null, Checkpoint = null, Stored = null });
        await KeepEnd(ended);
        BookRecMetrics.TrainingEnded(state);
        TrainingMetrics.Ended();
        await CleanUp(ended.Id);
        log.LogInformation("Training run {RunId} ended as {State} after {Seconds:F1} s: {Reason}", ended.Id, state, (ended.FinishedAt - ended.StartedAt)!.Value.TotalSeconds, reason ?? "live");
    }

    private async Task KeepEnd(TrainingRun ended)
    {
        try
        {
            await _journal.Keep();
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
            log.LogError(e, "The end of training run {RunId} could not be written down", Run?.Id);
            DeactivateOnIdle();
        }
    }

    private Task KeepAlive(CancellationToken cancellationToken)
    {
        DelayDeactivation(TimeSpan.FromMinutes(5));
        return Task.CompletedTask;
    }
}
