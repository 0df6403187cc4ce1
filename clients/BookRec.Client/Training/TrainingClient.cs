using BookRec.Client.Http;

namespace BookRec.Client.Training;

/// <summary>Training runs, for administrators.</summary>
public sealed class TrainingClient
{
    private const string Path = "api/admin/training-runs";

    private readonly Calls _calls;

    internal TrainingClient(Calls calls) => _calls = calls;

    /// <summary>Trains a new model. A run under way is a refusal with status 409 and the run's id in <see cref="Problem.ConflictingId"/>.</summary>
    public Task<TrainingRun> Start(CancellationToken cancellation = default) => _calls.Ask<TrainingRun>(Call.Post("api/admin/retrain"), cancellation);

    /// <summary>Newest first.</summary>
    public Task<Page<TrainingRun>> List(PageRequest? page = null, CancellationToken cancellation = default)
        => _calls.Ask<Page<TrainingRun>>(Call.Get(new Query(Path).Add(page).ToString()), cancellation);

    public Task<TrainingRun> Get(Guid id, CancellationToken cancellation = default) => _calls.Ask<TrainingRun>(Call.Get($"{Path}/{id}"), cancellation);

    /// <summary>Asks a run to stop; an ended one stays as it is.</summary>
    public Task<TrainingRun> Cancel(Guid id, CancellationToken cancellation = default) => _calls.Ask<TrainingRun>(Call.Post($"{Path}/{id}/cancel"), cancellation);

    /// <summary>The run after every change; the last one has ended. A connection that breaks is an <see cref="IOException"/>; watching again goes on.</summary>
    public IAsyncEnumerable<TrainingRun> Watch(Guid id, CancellationToken cancellation = default)
        => _calls.Watch<TrainingRun>(Call.Get($"{Path}/{id}/events") with { IsEndless = true }, passedOver: "ping", cancellation);
}
