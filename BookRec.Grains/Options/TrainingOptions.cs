using BookRec.Engine.Factorization;
using BookRec.Engine.Ranking;
using Cronos;

namespace BookRec.Grains.Options;

/// <summary>When and how models are trained and judged. Settings section <c>BookRec:Training</c>.</summary>
public sealed record TrainingOptions
{
    public const string Section = "Training";

    /// <summary>Cron expression, five fields, UTC; empty means never by itself.</summary>
    public string Schedule { get; init; } = "0 3 * * 0";

    /// <summary>Rank of the factorization.</summary>
    public int Factors { get; init; } = 64;

    /// <summary>Passes over the data.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>α₀ of Rendle et al. (2021).</summary>
    public double UnobservedWeight { get; init; } = 0.1;

    /// <summary>λ of Rendle et al. (2021).</summary>
    public double Regularization { get; init; } = 0.007;

    /// <summary>ν of Rendle et al. (2021).</summary>
    public double RegularizationExponent { get; init; } = 1.0;

    /// <summary>Share of the collaborative score in the hybrid; content has the rest.</summary>
    public double CollaborativeWeight { get; init; } = 0.7;

    /// <summary>Popularity's share for a reader with n liked books is κ / (κ + n); this is κ.</summary>
    public double PopularityPseudoCount { get; init; } = 0.5;

    public double PopularityHalfLifeDays { get; init; } = 180;

    public int Seed { get; init; } = 42;

    /// <summary>Worker threads; 0 means one less than the machine has, so that membership probes are answered.</summary>
    public int Threads { get; init; }

    /// <summary>Fewest readers with a positive interaction that a model is made from.</summary>
    public int MinimumReaders { get; init; } = 20;

    /// <summary>About how many readers a model is judged by.</summary>
    public int HoldoutReaders { get; init; } = 4000;

    /// <summary>Share of a judged reader's interactions that is held out.</summary>
    public double HoldoutShare { get; init; } = 0.2;

    /// <summary>How often a run that was killed is begun again before it is given up.</summary>
    public int MaximumAttempts { get; init; } = 3;

    public GateOptions Gate { get; init; } = new();

    public AlsOptions Als => new()
    {
        Factors = Factors,
        Epochs = Epochs,
        UnobservedWeight = UnobservedWeight,
        Regularization = Regularization,
        RegularizationExponent = RegularizationExponent,
        Seed = Seed,
        Threads = Threads,
    };

    public HybridOptions Hybrid => new() { CollaborativeWeight = CollaborativeWeight, PopularityPseudoCount = PopularityPseudoCount };

    /// <summary>The next time the schedule asks for a run, strictly after a time; null when it never does.</summary>
    public DateTimeOffset? NextRun(DateTimeOffset after)
        => Schedule.Length == 0 ? null : CronExpression.Parse(Schedule).GetNextOccurrence(after, TimeZoneInfo.Utc);

    public IEnumerable<string> Problems()
    {
        if (Schedule.Length > 0 && !CronExpression.TryParse(Schedule, out _))
            yield return $"{Section}:{nameof(Schedule)} is not a cron expression of five fields: '{Schedule}'";
        if (Factors is < 1 or > 1024)
            yield return $"{Section}:{nameof(Factors)} must be 1 to 1024, not {Factors}";
        if (Epochs is < 1 or > 200)
            yield return $"{Section}:{nameof(Epochs)} must be 1 to 200, not {Epochs}";
        if (UnobservedWeight is not (> 0 and <= 10))
            yield return $"{Section}:{nameof(UnobservedWeight)} must be above 0 and at most 10, not {UnobservedWeight}";
        if (Regularization is not (> 0 and <= 100))
            yield return $"{Section}:{nameof(Regularization)} must be above 0 and at most 100, not {Regularization}";
        if (RegularizationExponent is not (>= 0 and <= 2))
            yield return $"{Section}:{nameof(RegularizationExponent)} must be 0 to 2, not {RegularizationExponent}";
        if (CollaborativeWeight is not (>= 0 and <= 1))
            yield return $"{Section}:{nameof(CollaborativeWeight)} must be 0 to 1, not {CollaborativeWeight}";
        if (PopularityPseudoCount is not (>= 0 and <= 1000))
            yield return $"{Section}:{nameof(PopularityPseudoCount)} must be 0 to 1000, not {PopularityPseudoCount}";
        if (PopularityHalfLifeDays is not > 0)
            yield return $"{Section}:{nameof(PopularityHalfLifeDays)} must be above 0, not {PopularityHalfLifeDays}";
        if (Threads is < 0 or > 1024)
            yield return $"{Section}:{nameof(Threads)} must be 0 to 1024, not {Threads}";
        if (MinimumReaders < 1)
            yield return $"{Section}:{nameof(MinimumReaders)} must be at least 1, not {MinimumReaders}";
        if (HoldoutReaders < 10)
            yield return $"{Section}:{nameof(HoldoutReaders)} must be at least 10, not {HoldoutReaders}";
        if (HoldoutShare is not (> 0 and <= 0.5))
            yield return $"{Section}:{nameof(HoldoutShare)} must be above 0 and at most 0.5, not {HoldoutShare}";
        if (MaximumAttempts is < 1 or > 10)
            yield return $"{Section}:{nameof(MaximumAttempts)} must be 1 to 10, not {MaximumAttempts}";
        foreach (var problem in Gate.Problems())
            yield return problem;
    }
}

/// <summary>What a candidate must show before it goes live. Settings section <c>BookRec:Training:Gate</c>.</summary>
public sealed record GateOptions
{
    public const string Section = TrainingOptions.Section + ":Gate";

    /// <summary>The metric that decides, as the evaluation names it.</summary>
    public string Metric { get; init; } = "ndcg@10";

    /// <summary>Fewest judged readers; with fewer nothing can be said and the candidate is rejected.</summary>
    public int MinimumReaders { get; init; } = 10;

    /// <summary>
    /// The candidate is rejected when it is worse than the active model by more than this share of the active model's score, beyond chance
    /// (the 95% confidence interval of the paired difference).
    /// </summary>
    public double ToleratedLoss { get; init; } = 0.02;

    public IEnumerable<string> Problems()
    {
        if (!Evaluations.MetricNames.Contains(Metric))
            yield return $"{Section}:{nameof(Metric)} must be one of {string.Join(", ", Evaluations.MetricNames)}, not '{Metric}'";
        if (MinimumReaders < 1)
            yield return $"{Section}:{nameof(MinimumReaders)} must be at least 1, not {MinimumReaders}";
        if (ToleratedLoss is not (>= 0 and <= 1))
            yield return $"{Section}:{nameof(ToleratedLoss)} must be 0 to 1, not {ToleratedLoss}";
    }
}
