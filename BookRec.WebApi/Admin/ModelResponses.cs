using BookRec.Grains.Interfaces.Models;

namespace BookRec.WebApi.Admin;

/// <param name="Active">What serves; null before the first model.</param>
/// <param name="Previous">What a rollback would swap back to.</param>
/// <param name="Training">The run under way, or null.</param>
/// <param name="Versions">Every version, newest first.</param>
public sealed record ModelStatusResponse(
    ModelVersionResponse? Active,
    ModelVersionResponse? Previous,
    TrainingRunResponse? Training,
    IReadOnlyList<ModelVersionResponse> Versions);

/// <param name="Reason">Why it was rejected or retired, or null.</param>
/// <param name="Settings">Hyperparameters as trained.</param>
/// <param name="Baselines">What it was judged against, on the same split.</param>
public sealed record ModelVersionResponse(
    string Version,
    DateTimeOffset CreatedAt,
    Guid TrainingRunId,
    ModelFate Fate,
    string? Reason,
    ArtifactResponse Artifact,
    int Books,
    long Interactions,
    IReadOnlyDictionary<string, string> Settings,
    EvaluationResponse Evaluation,
    IReadOnlyDictionary<string, EvaluationResponse> Baselines)
{
    public static ModelVersionResponse From(ModelVersion version) => new(
        version.Version,
        version.CreatedAt,
        version.TrainingRunId,
        version.Fate,
        version.Reason,
        new(version.Artifact.Sha256, version.Artifact.Bytes),
        version.Books,
        version.Interactions,
        version.Settings,
        EvaluationResponse.From(version.Evaluation),
        EvaluationResponse.From(version.Baselines));
}

public sealed record ArtifactResponse(string Sha256, long Bytes);
