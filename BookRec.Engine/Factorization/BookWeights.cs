using BookRec.Engine.Data;

namespace BookRec.Engine.Factorization;

/// <summary>
/// How much a reader's choice of a book says: less the more readers have made it, as n^−b for n readers. What everybody comes across is
/// chosen for being known as much as for being liked (the propensities of Saito et al., 2020, "Unbiased recommender learning from
/// missing-not-at-random implicit feedback", with their exponent).
/// </summary>
public static class BookWeights
{
    /// <param name="interactions">Users × books.</param>
    /// <param name="exponent">b, see <see cref="AlsOptions.PopularityExponent"/>.</param>
    /// <returns>One for each book, on such a scale that all choices together weigh what they did; empty for b = 0, where each is 1.</returns>
    public static float[] Of(InteractionMatrix interactions, double exponent)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        if (exponent == 0)
        {
            return [];
        }

        var readers = interactions.CountsByColumn();
        var weights = Array.ConvertAll(readers, count => Math.Pow(Math.Max(1, count), -exponent));
        var scale = interactions.Count / Math.Max(1, readers.Zip(weights, (count, weight) => count * weight).Sum());
        return Array.ConvertAll(weights, weight => (float)(scale * weight));
    }
}
