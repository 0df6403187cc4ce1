using BookRec.Engine.Data;

namespace BookRec.Engine.Evaluation;

/// <summary>
/// Novelty@K = the mean of −log₂ p(i) over the list, in bits, where p(i) is the share of all readers who have read i: what a reader would
/// hardly have met by chance (Zhou et al., 2010; Vargas and Castells, 2011). A book nobody has read counts as read once. Thread-safe.
/// </summary>
public sealed class Novelty
{
    readonly double[] _bits;

    /// <param name="train">Users × books.</param>
    public Novelty(InteractionMatrix train)
    {
        ArgumentNullException.ThrowIfNull(train);
        _bits = Array.ConvertAll(train.CountsByColumn(), count => Math.Log2((double)train.Rows / Math.Max(1, count)));
    }

    /// <returns>0 for an empty list.</returns>
    public double Of(ReadOnlySpan<int> list)
    {
        var sum = 0.0;
        foreach (var book in list)
        {
            sum += _bits[book];
        }

        return list.IsEmpty ? 0 : sum / list.Length;
    }
}
