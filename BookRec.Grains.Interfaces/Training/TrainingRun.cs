using BookRec.Grains.Interfaces.Models;

namespace BookRec.Grains.Interfaces.Training;

/// <summary>Where a training run stands; stages follow one another in this order.</summary>
public enum TrainingStage
{
    Load,
    Validate,
    Featurise,

    /// <summary>Choosing hyperparameters on a validation part of what the model learns from.</summary>
    Search,
    Train,
    Evaluate,
    Store,
    RollOut,
}

public enum TrainingState
{
    Running,

    /// <summary>The model is live.</summary>
    Succeeded,

    /// <summary>The model was stored and did not pass the gate; see the reason.</summary>
    Rejected,

    /// <summary>No model came of it; see the reason.</summary>
    Failed,

    Cancelled,
}

public enum TrainingTrigger
{
    /// <summary>Asked for by an admin.</summary>
    Demand,

    /// <summary>The cron schedule.</summary>
    Schedule,

    /// <summary>The first model of a new installation.</summary>
    Bootstrap,
}

/// <summary>One pass of the factorization over the data.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Loss">The objective of Rendle et al. (2021) after this epoch, per observed interaction.</param>
/// <param name="Seconds">How long it took.</param>
[GenerateSerializer, Immutable, Alias("bookrec.EpochProgress")]
public sealed record EpochProgress([property: Id(0)] int Epoch, [property: Id(1)] double Loss, [property: Id(2)] double Seconds);

/// <summary>One choice of hyperparameters that was tried.</summary>
/// <param name="Part">What it is for: <c>neighbours</c>, <c>factors</c> or <c>blend</c>.</param>
/// <param name="Options">In words.</param>
/// <param name="Score">The metric on the validation part.</param>
[GenerateSerializer, Immutable, Alias("bookrec.SearchTrial")]
public sealed record SearchTrial([property: Id(0)] string Part, [property: Id(1)] string Options, [property: Id(2)] double Score);

/// <summary>One training run, running or ended.</summary>
/// <param name="Progress">0 to 1.</param>
/// <param name="Reason">Why it was rejected, failed or cancelled; null otherwise.</param>
/// <param name="StageSeconds">Seconds spent in each finished stage.</param>
/// <param name="ModelVersion">The version it made, once stored.</param>
/// <param name="Sharding">How the factorization is spread over the silos; null when one silo does it alone.</param>
/// <param name="Search">What was tried to find the hyperparameters, in that order.</param>
/// <param name="SecondsLeft">Estimate of what the factorization still takes; null outside it and before anything is known.</param>
[GenerateSerializer, Immutable, Alias("bookrec.TrainingRun")]
public sealed record TrainingRun(
    [property: Id(0)] Guid Id,
    [property: Id(1)] TrainingState State,
    [property: Id(2)] TrainingStage Stage,
    [property: Id(3)] TrainingTrigger Trigger,
    [property: Id(4)] double Progress,
    [property: Id(5)] DateTimeOffset StartedAt,
    [property: Id(6)] DateTimeOffset? FinishedAt,
    [property: Id(7)] string? Reason,
    [property: Id(8)] string? ModelVersion,
    [property: Id(9)] IReadOnlyDictionary<TrainingStage, double> StageSeconds,
    [property: Id(10)] IReadOnlyList<EpochProgress> Epochs,
    [property: Id(11)] Evaluation? Evaluation,
    [property: Id(12)] IReadOnlyDictionary<string, Evaluation>? Baselines,
    [property: Id(13)] ShardingProgress? Sharding = null,
    [property: Id(14)] double? SecondsLeft = null,
    [property: Id(15)] IReadOnlyList<SearchTrial>? Search = null);
