using BookRec.Engine.Data;

namespace BookRec.Grains.Training.Sharding;

/// <summary>Consecutive rows of one side.</summary>
/// <param name="Work">Of all of them, in updates of a row's system.</param>
public readonly record struct RowRange(int First, int Count, long Work);

/// <summary>Divides a side's rows into shards of about the same work.</summary>
public static class ShardPlan
{
    /// <summary>
    /// Ranges that cover all rows, each exactly once and in order. No range has more than an even share of the work and one row's work on
    /// top. Depends on the interactions alone, not on the silos; there are fewer ranges than asked for when there are too few rows.
    /// </summary>
    /// <param name="shards">At least 1.</param>
    /// <param name="factors">Rank of the factorization.</param>
    public static IReadOnlyList<RowRange> Divide(InteractionMatrix interactions, int shards, int factors)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shards);
        var total = 0L;
        for (var row = 0; row < interactions.Rows; row++)
            total += WorkOf(interactions, row, factors);

        var ranges = new List<RowRange>(shards);
        var (first, before, done) = (0, 0L, 0L);
        for (var row = 0; row < interactions.Rows; row++)
        {
            done += WorkOf(interactions, row, factors);

            // The shard ends with the row that reaches its even share of what was left for it and those after it. That share never grows,
            // since every shard before took at least its own; the last one takes all.
            if ((Int128)(done - before) * (shards - ranges.Count) >= total - before)
            {
                ranges.Add(new RowRange(first, row + 1 - first, done - before));
                (first, before) = (row + 1, done);
            }
        }

        return ranges;
    }

    /// <summary>An update for each interaction and a factorization, which is worth about a third of the factors of them.</summary>
    private static long WorkOf(InteractionMatrix interactions, int row, int factors) => interactions.CountOf(row) + (factors / 3) + 1;
}
