using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Training;
using BookRec.Storage.Databases;

namespace BookRec.Storage.Training;

/// <summary>Every training run ever, the running one included; one row each, the details as JSON.</summary>
public sealed class TrainingLog(Database database)
{
    /// <summary>Adds or replaces the run.</summary>
    public Task Save(TrainingRun run, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public Task<TrainingRun?> Find(Guid runId, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Newest first.</summary>
    public Task<Page<TrainingRun>> List(PageRequest page, CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
