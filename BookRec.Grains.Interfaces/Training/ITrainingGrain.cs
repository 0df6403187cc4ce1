namespace BookRec.Grains.Interfaces.Training;

/// <summary>
/// Training, one run at a time in the whole cluster (key 0): a persisted machine of stages, woken by a reminder that follows the cron
/// schedule in the settings. A run that was killed is resumed from its last stage boundary or ends as failed.
/// </summary>
[Alias("bookrec.ITrainingGrain")]
public interface ITrainingGrain : IGrainWithIntegerKey
{
    /// <summary>Starts a run and returns at once.</summary>
    /// <exception cref="RejectedException"><see cref="RejectionKind.Conflict"/> with the running run's id.</exception>
    [Alias("Start"), ResponseTimeout("00:00:20")]
    Task<TrainingRun> Start(TrainingTrigger trigger);

    /// <summary>The run under way, or null.</summary>
    [Alias("Current"), Idempotent]
    Task<TrainingRun?> Current();

    /// <summary>A run by id, or null.</summary>
    [Alias("Get"), Idempotent]
    Task<TrainingRun?> Get(Guid runId);

    /// <summary>All runs, newest first.</summary>
    [Alias("List"), Idempotent]
    Task<Page<TrainingRun>> List(PageRequest page);

    /// <summary>Asks a run to stop.</summary>
    /// <returns>The run, or null when there is none with this id; an ended run stays as it is, and one whose model is stored goes on to its end.</returns>
    [Alias("Cancel"), Idempotent, ResponseTimeout("00:00:20")]
    Task<TrainingRun?> Cancel(Guid runId);

    /// <summary>The run now and after every change, until it has ended; empty when there is none with this id.</summary>
    [Alias("Watch")]
    IAsyncEnumerable<TrainingRun> Watch(Guid runId, CancellationToken cancellationToken = default);

    /// <summary>Makes sure the schedule's reminder exists and that a killed run goes on; called when a silo starts.</summary>
    [Alias("Wake"), Idempotent, ResponseTimeout("00:00:20")]
    Task Wake();
}
