using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Interfaces.Training;
using BookRec.WebApi.Hosting;

namespace BookRec.WebApi.Admin;

/// <param name="Progress">0 to 1.</param>
/// <param name="Reason">Why it was rejected, failed or cancelled; null otherwise.</param>
/// <param name="ModelVersion">The version it made, once stored.</param>
/// <param name="StageSeconds">Seconds spent in each finished stage.</param>
/// <param name="Baselines">What the model was judged against, on the same split.</param>
/// <param name="Sharding">How the factorization is spread over the silos; null when one silo does it alone.</param>
/// <param name="Search">What was tried to find the hyperparameters, in that order.</param>
/// <param name="SecondsLeft">Estimate of what the factorization still takes; null outside it and before anything is known.</param>
public sealed record TrainingRunResponse(
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
    IReadOnlyList<EpochResponse> Epochs,
    EvaluationResponse? Evaluation,
    IReadOnlyDictionary<string, EvaluationResponse>? Baselines,
    ShardingResponse? Sharding,
    double? SecondsLeft,
    IReadOnlyList<SearchTrialResponse> Search)
{
    public static TrainingRunResponse From(TrainingRun run) => new(
        run.Id,
        run.State,
        run.Stage,
        run.Trigger,
        run.Progress,
        run.StartedAt,
        run.FinishedAt,
        run.Reason,
        run.ModelVersion,
        run.StageSeconds.ToDictionary(stage => Json.Word(stage.Key), stage => stage.Value),
        [.. run.Epochs.Select(epoch => new EpochResponse(epoch.Epoch, epoch.Loss, epoch.Seconds))],
        run.Evaluation is null ? null : EvaluationResponse.From(run.Evaluation),
        run.Baselines is null ? null : EvaluationResponse.From(run.Baselines),
        run.Sharding is null ? null : ShardingResponse.From(run.Sharding),
        run.SecondsLeft,
        [.. (run.Search ?? []).Select(trial => new SearchTrialResponse(trial.Part, trial.Options, trial.Score))]);
}

/// <param name="Part">What it is for: neighbours, factors or blend.</param>
/// <param name="Score">NDCG@10 on the validation part.</param>
public sealed record SearchTrialResponse(string Part, string Options, double Score);

/// <param name="BytesMoved">Interactions and factors read and written by all shards so far.</param>
public sealed record ShardingResponse(IReadOnlyList<ShardResponse> Shards, IReadOnlyList<SiloShareResponse> Silos, long BytesMoved)
{
    public static ShardingResponse From(ShardingProgress sharding) => new(
        [.. sharding.Shards.Select(s => new ShardResponse(s.Shard, s.Side, s.Silo, s.State, s.Rows, s.Seconds, s.Reissued))],
        [.. sharding.Silos.Select(s => new SiloShareResponse(s.Silo, s.Shards, s.MemoryBytes))],
        sharding.BytesMoved);
}

/// <param name="Seconds">Of the last half-step; 0 before the first.</param>
/// <param name="Reissued">How often it was given to another silo because its own went away.</param>
public sealed record ShardResponse(int Shard, TrainingSide Side, string Silo, ShardState State, int Rows, double Seconds, int Reissued);

/// <param name="MemoryBytes">Estimate of what the training takes on the silo.</param>
public sealed record SiloShareResponse(string Silo, int Shards, long MemoryBytes);

/// <param name="Loss">The objective after this pass, per observed interaction.</param>
public sealed record EpochResponse(int Epoch, double Loss, double Seconds);

/// <param name="Readers">Readers with at least one held-out book.</param>
/// <param name="Metrics">By name and cut-off, such as <c>ndcg@10</c>, <c>novelty@10</c> (bits) or <c>diversity@10</c>.</param>
/// <param name="Coverage">Share of the books that appear in anybody's top 10.</param>
/// <param name="Gini">How unevenly books appear in them: 0 all alike, near 1 the same few for everybody.</param>
public sealed record EvaluationResponse(int Readers, IReadOnlyDictionary<string, MetricResponse> Metrics, double Coverage, double Gini)
{
    public static EvaluationResponse From(Evaluation evaluation) => new(
        evaluation.Readers,
        evaluation.Metrics.ToDictionary(metric => metric.Key, metric => new MetricResponse(metric.Value.Mean, metric.Value.StandardError)),
        evaluation.Coverage,
        evaluation.Gini);

    public static Dictionary<string, EvaluationResponse> From(IReadOnlyDictionary<string, Evaluation> evaluations)
        => evaluations.ToDictionary(named => named.Key, named => From(named.Value));
}

public sealed record MetricResponse(double Mean, double StandardError);
