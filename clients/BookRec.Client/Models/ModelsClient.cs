using BookRec.Client.Http;
using BookRec.Client.Training;

namespace BookRec.Client.Models;

/// <summary>Which model serves, for administrators.</summary>
public sealed class ModelsClient
{
    private readonly Calls _calls;

    internal ModelsClient(Calls calls) => _calls = calls;

    /// <summary>What serves, what served before, what is in training.</summary>
    public Task<ModelStatus> Status(CancellationToken cancellation = default) => _calls.Ask<ModelStatus>(Call.Get("api/admin/model-status"), cancellation);

    /// <summary>Takes an earlier version live again.</summary>
    public Task<ModelVersion> Promote(string version, CancellationToken cancellation = default)
        => _calls.Ask<ModelVersion>(Call.Post($"api/admin/models/{Uri.EscapeDataString(version)}/promote"), cancellation);

    /// <summary>Swaps back to the previous version.</summary>
    public Task<ModelVersion> Rollback(CancellationToken cancellation = default) => _calls.Ask<ModelVersion>(Call.Post("api/admin/models/rollback"), cancellation);
}

/// <param name="Active">What serves; null before the first model.</param>
/// <param name="Previous">What a rollback would swap back to.</param>
/// <param name="Training">The run under way, or null.</param>
/// <param name="Versions">Every version, newest first.</param>
public sealed record ModelStatus(ModelVersion? Active, ModelVersion? Previous, TrainingRun? Training, IReadOnlyList<ModelVersion> Versions);

public enum ModelFate
{
    Unknown,
    Candidate,
    Active,
    Retired,
    Rejected,
    Pruned,
}

/// <param name="Reason">Why it was rejected or retired, or null.</param>
/// <param name="Settings">Hyperparameters as trained.</param>
/// <param name="Baselines">What it was judged against, on the same split.</param>
public sealed record ModelVersion(
    string Version,
    DateTimeOffset CreatedAt,
    Guid TrainingRunId,
    ModelFate Fate,
    string? Reason,
    Artifact Artifact,
    int Books,
    long Interactions,
    IReadOnlyDictionary<string, string> Settings,
    Evaluation Evaluation,
    IReadOnlyDictionary<string, Evaluation> Baselines);

public sealed record Artifact(string Sha256, long Bytes);
