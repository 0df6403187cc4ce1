using System.ComponentModel.DataAnnotations;
using BookRec.Engine.Factorization;
using BookRec.Engine.Neighbours;
using BookRec.Engine.Ranking;
using Cronos;

namespace BookRec.Grains.Options;

/// <summary>When and how models are trained and judged. Settings section <c>BookRec:Training</c>.</summary>
public sealed record TrainingOptions : IValidatableObject
{
    public const string Section = "Training";

    /// <summary>Cron expression, five fields, UTC; empty means never by itself.</summary>
    public string Schedule { get; init; } = "0 3 * * 0";

    /// <summary>Rank of the factorization.</summary>
    [Range(1, 1024)]
    public int Factors { get; init; } = 64;

    /// <summary>Passes over the data.</summary>
    [Range(1, 200)]
    public int Epochs { get; init; } = 10;

    /// <summary>α₀ of Rendle et al. (2021).</summary>
    [Range(0.0, 10.0, MinimumIsExclusive = true)]
    public double UnobservedWeight { get; init; } = 0.1;

    /// <summary>λ of Rendle et al. (2021).</summary>
    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double Regularization { get; init; } = 0.007;

    /// <summary>ν of Rendle et al. (2021).</summary>
    [Range(0.0, 2.0)]
    public double RegularizationExponent { get; init; } = 1.0;

    /// <summary>How much less a reader's choice says of a book that many choose: n readers weigh n^−this. 0 means that all choices say as much.</summary>
    [Range(0.0, 1.0)]
    public double PopularityExponent { get; init; } = 0.2;

    /// <summary>Share of what is made of readers' choices (factors and neighbours) in the hybrid; content has the rest.</summary>
    [Range(0.0, 1.0)]
    public double CollaborativeWeight { get; init; } = 0.7;

    /// <summary>Share of the item-to-item neighbours within the collaborative share; the factors have the rest.</summary>
    [Range(0.0, 1.0)]
    public double NeighbourShare { get; init; } = 0.4;

    /// <summary>Neighbours kept for each book; 0 turns the item-to-item part off.</summary>
    [Range(0, NeighbourOptions.MaximumNeighbours)]
    public int Neighbours { get; init; } = 100;

    /// <summary>Popularity's share for a reader with n liked books is κ^1.5 / (κ^1.5 + n^1.5); this is κ, the n at which it is half.</summary>
    [Range(0.0, 1000.0)]
    public double PopularityPseudoCount { get; init; } = 0.5;

    /// <summary>
    /// How much lists avoid books alike in content (maximal marginal relevance): 0 not at all, 1 nothing but that. Costs accuracy, see
    /// docs/benchmarks.md.
    /// </summary>
    [Range(0.0, 1.0)]
    public double Diversity { get; init; }

    [Range(1.0, 36500.0)]
    public double PopularityHalfLifeDays { get; init; } = 180;

    /// <summary>
    /// Longest time for choosing hyperparameters and blend on a validation part of the training data; small data sets take less. What is
    /// configured above then says where vectors start: up to four times as many factors are tried. 0 means no search: all is as configured.
    /// </summary>
    [Range(0, 86_400)]
    public int SearchSeconds { get; init; } = 90;

    public int Seed { get; init; } = 42;

    /// <summary>Worker threads; 0 means one less than the machine has, so that membership probes are answered.</summary>
    [Range(0, 1024)]
    public int Threads { get; init; }

    /// <summary>
    /// Into how many shards users and books are divided, each, to be spread over the silos. 0 means four for each silo that is active when
    /// the training begins, and no shards at all when there is only one silo.
    /// </summary>
    [Range(0, 4096)]
    public int Shards { get; init; }

    /// <summary>Fewest readers with a positive interaction that a model is made from.</summary>
    [Range(1, 1_000_000)]
    public int MinimumReaders { get; init; } = 20;

    /// <summary>About how many readers a model is judged by.</summary>
    [Range(10, 10_000_000)]
    public int HoldoutReaders { get; init; } = 4000;

    /// <summary>Share of a judged reader's interactions that is held out.</summary>
    [Range(0.01, 0.5)]
    public double HoldoutShare { get; init; } = 0.2;

    /// <summary>How often a run that was killed is begun again before it is given up.</summary>
    [Range(1, 10)]
    public int MaximumAttempts { get; init; } = 3;

    public GateOptions Gate { get; init; } = new();

    /// <summary><see cref="Threads"/>, or what 0 stands for on this machine.</summary>
    public int EffectiveThreads => Threads > 0 ? Threads : Math.Max(1, Environment.ProcessorCount - 1);

    public AlsOptions Als => new()
    {
        Factors = Factors,
        Epochs = Epochs,
        UnobservedWeight = UnobservedWeight,
        Regularization = Regularization,
        RegularizationExponent = RegularizationExponent,
        PopularityExponent = PopularityExponent,
        Seed = Seed,
        Threads = Threads,
    };

    public HybridOptions Hybrid => new()
    {
        CollaborativeWeight = CollaborativeWeight,
        NeighbourShare = NeighbourShare,
        PopularityPseudoCount = PopularityPseudoCount,
        Diversity = Diversity,
    };

    public NeighbourOptions NeighboursBy => new() { Neighbours = Neighbours };

    /// <summary>The next time the schedule asks for a run, strictly after a time; null when it never does.</summary>
    public DateTimeOffset? NextRun(DateTimeOffset after)
        => Schedule.Length == 0 ? null : CronExpression.Parse(Schedule).GetNextOccurrence(after, TimeZoneInfo.Utc);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Schedule.Length > 0 && !CronExpression.TryParse(Schedule, out _))
            yield return new ValidationResult($"must be a cron expression of five fields, not '{Schedule}'", [nameof(Schedule)]);
    }
}

/// <summary>What a candidate must show before it goes live. Settings section <c>BookRec:Training:Gate</c>.</summary>
public sealed record GateOptions : IValidatableObject
{
    /// <summary>The metric that decides, as the evaluation names it.</summary>
    public string Metric { get; init; } = "ndcg@10";

    /// <summary>Fewest judged readers; with fewer nothing can be said and the candidate is rejected.</summary>
    [Range(1, 1_000_000)]
    public int MinimumReaders { get; init; } = 10;

    /// <summary>
    /// The candidate is rejected when it is worse than the active model by more than this share of the active model's score, beyond chance
    /// (the 95% confidence interval of the paired difference).
    /// </summary>
    [Range(0.0, 1.0)]
    public double ToleratedLoss { get; init; } = 0.02;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Evaluations.MetricNames.Contains(Metric))
            yield return new ValidationResult($"must be one of {string.Join(", ", Evaluations.MetricNames)}, not '{Metric}'", [nameof(Metric)]);
    }
}
