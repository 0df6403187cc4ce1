namespace BookRec.Engine.Tuning;

/// <summary>How long and how wide to search.</summary>
public sealed record TuningOptions
{
    /// <summary>Vector lengths to choose from, ascending; each at least 1.</summary>
    public IReadOnlyList<int> Factors { get; init; } = [64, 128, 256];

    /// <summary>No trial starts after this; the best so far is the answer. Positive.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>At most so many validation readers are judged in a trial, at least 1.</summary>
    public int Readers { get; init; } = 3000;

    /// <summary>The most epochs a model may be trained for, at least 1.</summary>
    public int MaximumEpochs { get; init; } = 16;

    /// <summary>What is to be high, one of the evaluator's metrics at cut-off 10.</summary>
    public string Metric { get; init; } = "ndcg@10";

    /// <summary>At least 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Checks every option's range.</summary>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Names the option.</exception>
    public TuningOptions Validate()
    {
        Require(Factors.Count > 0 && Factors.All(f => f > 0) && Factors.Order().SequenceEqual(Factors), nameof(Factors), "positive and ascending");
        Require(Budget > TimeSpan.Zero, nameof(Budget), "positive");
        Require(Readers > 0, nameof(Readers), "at least 1");
        Require(MaximumEpochs > 0, nameof(MaximumEpochs), "at least 1");
        Require(Metric.EndsWith("@10", StringComparison.Ordinal), nameof(Metric), "a metric at 10");
        Require(Threads > 0, nameof(Threads), "at least 1");
        return this;
    }

    static void Require(bool holds, string option, string range)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(option, $"{option} has to be {range}.");
        }
    }
}
