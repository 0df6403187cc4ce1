namespace BookRec.Cli.Server;

/// <summary>An import as the server tells it.</summary>
/// <param name="State"><c>uploading</c>, <c>running</c>, <c>succeeded</c> or <c>failed</c>.</param>
/// <param name="Progress">0 to 1.</param>
/// <param name="Errors">The first refused rows.</param>
/// <param name="Reason">Why it failed.</param>
public sealed record ImportAnswer(
    string Id, string State, double Progress, long RowsRead, long Books, long Readers, long Interactions, long Rejected,
    IReadOnlyList<RowError>? Errors, string? Reason)
{
    public bool HasEnded => State is "succeeded" or "failed";
}

public sealed record RowError(string File, long Line, string Why);

/// <summary>A training run as the server tells it.</summary>
/// <param name="State"><c>running</c> until it has ended.</param>
/// <param name="Progress">0 to 1.</param>
/// <param name="Reason">Why it did not succeed.</param>
public sealed record TrainingRunAnswer(
    string Id, string State, string Stage, double Progress, string? Reason, string? ModelVersion,
    IReadOnlyList<EpochAnswer>? Epochs, EvaluationAnswer? Evaluation)
{
    public bool HasEnded => State != "running";
}

public sealed record EpochAnswer(int Epoch, double Loss, double Seconds);

/// <param name="Metrics">Means over readers, such as <c>ndcg@10</c>.</param>
/// <param name="Coverage">Share of the books that are in anybody's list.</param>
/// <param name="Gini">How unevenly they are, 0 … 1.</param>
public sealed record EvaluationAnswer(int Readers, IReadOnlyDictionary<string, MetricAnswer>? Metrics, double Coverage, double Gini);

public sealed record MetricAnswer(double Mean, double StandardError);

public sealed record ModelStatusAnswer(
    ModelVersionAnswer? Active, ModelVersionAnswer? Previous, CurrentTrainingAnswer? Training, IReadOnlyList<ModelVersionAnswer>? Versions);

public sealed record ModelVersionAnswer(
    string Version, string? Fate, DateTimeOffset? CreatedAt, string? Reason, int Books, long Interactions, EvaluationAnswer? Evaluation);

public sealed record CurrentTrainingAnswer(string RunId, string? Stage, double Progress);

sealed record TokensAnswer(string AccessToken);

/// <summary>RFC 9457, with the fields to blame.</summary>
sealed record ProblemAnswer(string? Title, string? Detail, IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors);
