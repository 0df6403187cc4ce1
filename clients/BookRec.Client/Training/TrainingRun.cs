using System.Text.Json.Serialization;

namespace BookRec.Client.Training;

public enum TrainingState
{
    Unknown,
    Running,
    Succeeded,
    Rejected,
    Failed,
    Cancelled,
}

public enum TrainingStage
{
    Unknown,
    Load,
    Validate,
    Featurise,
    Search,
    Train,
    Evaluate,
    Store,
    RollOut,
}

public enum TrainingTrigger
{
    Unknown,
    Demand,
    Schedule,
    Bootstrap,
}

/// <param name="Progress">0 to 1.</param>
/// <param name="Reason">Why it was rejected, failed or cancelled; null otherwise.</param>
/// <param name="ModelVersion">The version it made, once stored.</param>
/// <param name="StageSeconds">Seconds spent in each finished stage.</param>
/// <param name="Baselines">What the model was judged against, on the same split.</param>
/// <param name="Sharding">How the factorization is spread over the silos; null when one silo does it alone.</param>
/// <param name="SecondsLeft">Estimate of what the factorization still takes; null outside it and before anything is known.</param>
/// <param name="Search">What was tried to find the hyperparameters, in that order.</param>
public sealed record TrainingRun(
    Guid RunId,
    TrainingState State,
    TrainingStage Stage,
    TrainingTrigger Trigger,
    double Progress,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    string? Reason,
    string? ModelVersion,
    IReadOnlyDictionary<string, double> StageSeconds,
    IReadOnlyList<Epoch> Epochs,
    Evaluation? Evaluation,
    IReadOnlyDictionary<string, Evaluation>? Baselines,
    Sharding? Sharding,
    double? SecondsLeft,
    IReadOnlyList<SearchTrial> Search);

/// <param name="Part">What it is for: neighbours, factors or blend.</param>
/// <param name="Score">NDCG@10 on the validation part.</param>
public sealed record SearchTrial(string Part, string Options, double Score);

/// <param name="Loss">The objective after this pass, per observed interaction.</param>
public sealed record Epoch([property: JsonPropertyName("epoch")] int Number, double Loss, double Seconds);

/// <param name="Readers">Readers with at least one held-out book.</param>
/// <param name="Metrics">By name and cut-off, such as <c>ndcg@10</c>.</param>
/// <param name="Coverage">Share of the books that appear in anybody's top 10.</param>
/// <param name="Gini">How unevenly books appear in them: 0 all alike, near 1 the same few for everybody.</param>
public sealed record Evaluation(int Readers, IReadOnlyDictionary<string, Metric> Metrics, double Coverage, double Gini);

public sealed record Metric(double Mean, double StandardError);

/// <param name="BytesMoved">Interactions and factors read and written by all shards so far.</param>
public sealed record Sharding(IReadOnlyList<TrainingShard> Shards, IReadOnlyList<SiloShare> Silos, long BytesMoved);

public enum TrainingSide
{
    Unknown,
    Users,
    Books,
}

public enum ShardState
{
    Unknown,
    Waiting,
    Working,
    Solved,
}

/// <param name="Seconds">Of the last half-step; 0 before the first.</param>
/// <param name="Reissued">How often it was given to another silo because its own went away.</param>
public sealed record TrainingShard(
    [property: JsonPropertyName("shard")] int Number,
    TrainingSide Side,
    string Silo,
    ShardState State,
    int Rows,
    double Seconds,
    int Reissued);

/// <param name="MemoryBytes">Estimate of what the training takes on the silo.</param>
public sealed record SiloShare(string Silo, int Shards, long MemoryBytes);
