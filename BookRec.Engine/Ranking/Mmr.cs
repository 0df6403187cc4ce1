using BookRec.Engine.Content;

namespace BookRec.Engine.Ranking;

/// <summary>
/// Maximal marginal relevance (Carbonell and Goldstein, 1998): the next book of a list is the one with the highest
/// (1 − d)·relevance − d·(largest cosine of content with a book that is in the list).
/// </summary>
static class Mmr
{
    /// <summary>So many times the wanted number are looked at: books far down are no good answers, however different.</summary>
    public const int Depth = 5;

    /// <param name="best">Books, best first.</param>
    /// <param name="scores">Of the best, in their order; relevance is the score on a scale from 0, the worst of the best, to 1.</param>
    /// <param name="diversity">d, 0 … 1.</param>
    /// <returns>At most <paramref name="count"/> places among the best, in the order of the list.</returns>
    public static int[] Select(ReadOnlySpan<int> best, ReadOnlySpan<float> scores, ContentIndex content, double diversity, int count)
    {
        var (marginal, likest) = (new double[best.Length], new double[best.Length]);
        var list = new int[Math.Min(count, best.Length)];
        for (var rank = 0; rank < list.Length; rank++)
        {
            for (var i = 0; i < best.Length; i++)
            {
                marginal[i] = double.IsNaN(marginal[i]) ? double.NaN : ((1 - diversity) * Relevance(scores, i)) - (diversity * likest[i]);
            }

            var next = FirstLargest(marginal);
            list[rank] = next;
            marginal[next] = double.NaN;
            for (var i = 0; i < best.Length; i++)
            {
                likest[i] = Math.Max(likest[i], content.Cosine(best[i], best[next]));
            }
        }

        return list;
    }

    static double Relevance(ReadOnlySpan<float> scores, int i)
    {
        var (most, least) = (scores[0], scores[^1]);
        return most > least ? (scores[i] - least) / (double)(most - least) : 1;
    }

    // Taken books are NaN, which is larger than nothing.
    static int FirstLargest(double[] values)
    {
        var largest = -1;
        for (var i = 0; i < values.Length; i++)
        {
            largest = !double.IsNaN(values[i]) && (largest < 0 || values[i] > values[largest]) ? i : largest;
        }

        return largest;
    }
}
