using BookRec.Engine.Neighbours;

namespace BookRec.Engine.Tuning;

/// <summary>How long and how wide to search.</summary>
public sealed record TuningOptions
{
    /// <summary>Vector lengths to choose from, ascending; each at least 1.</summary>
    public IReadOnlyList<int> Factors { get; init; } = [64, 128, 256];

    /// <summary>Neighbours of a book, at most: what the artifact may hold. 0 for no item-to-item part.</summary>
    public int MaximumNeighbours { get; init; } = 400;

    /// <summary>What an earlier search on like data found: tried first. Null when there is none.</summary>
    public ModelRecipe? Previous { get; init; }

    /// <summary>No trial starts after this; the best so far is the answer. Positive.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>At most so many validation readers are judged in a trial, at least 1.</summary>
    public int Readers { get; init; } = 8000;

    /// <summary>The most epochs a model may be trained for, at least 1.</summary>
    public int MaximumEpochs { get; init; } = 16;

    /// <summary>K of NDCG@K, which is to be high; at least 1.</summary>
    public int Cutoff { get; init; } = 20;

    /// <summary>The evaluator's name of it.</summary>
    public string Metric => $"ndcg@{Cutoff}";

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
        Require(MaximumNeighbours is >= 0 and <= NeighbourOptions.MaximumNeighbours, nameof(MaximumNeighbours), $"0 … {NeighbourOptions.MaximumNeighbours}");
        Require(Cutoff > 0, nameof(Cutoff), "at least 1");
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
