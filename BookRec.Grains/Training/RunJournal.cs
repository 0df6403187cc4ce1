using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Training;
using BookRec.Storage.Training;

namespace BookRec.Grains.Training;

/// <summary>
/// What is known of the newest run, in three places: shown to whoever watches, at once; written with the state's ETag, which is what counts;
/// and in the history, where all runs are.
/// </summary>
internal sealed class RunJournal(IPersistentState<TrainingProgress> stored, TrainingLog history)
{
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TrainingProgress Written => stored.State;

    public TrainingRun? Run { get; private set; }

    /// <summary>Ends when the run changes.</summary>
    public Task Change => _changed.Task;

    public async Task Open(CancellationToken cancellationToken)
    {
        // The state is written before the history; a kill between the two writes left the history behind.
        if ((Run = stored.State.Run) is not null)
            await history.Save(Run, cancellationToken);
    }

    public Task<TrainingRun?> Find(Guid runId) => Run?.Id == runId ? Task.FromResult<TrainingRun?>(Run) : history.Find(runId);

    public Task<Page<TrainingRun>> List(PageRequest page) => history.List(page);

    public void Show(TrainingRun run)
    {
        if (ReferenceEquals(run, Run))
            return;
        Run = run;
        var told = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        told.TrySetResult();
    }

    public async Task Write(TrainingProgress next)
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

    /// <summary>Puts the run as it is shown into the history.</summary>
    public Task Keep() => history.Save(Run!);
}
