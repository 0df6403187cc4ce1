namespace BookRec.Engine.Evaluation;

/// <summary>
/// NDCG@K = Σ h_k / log₂(k + 1) over k ≤ K, divided by the best there can be, Σ 1 / log₂(k + 1) over k ≤ min(K, |T|): hits count more
/// the earlier they are, 0 … 1 (Järvelin and Kekäläinen, 2002, with binary relevance).
/// </summary>
public static class Ndcg
{
    /// <param name="hits">Whether each rank is relevant, best first.</param>
    /// <param name="relevant">|T|, at least 1.</param>
    public static double At(int k, ReadOnlySpan<bool> hits, int relevant)
    {
        double gain = 0, ideal = 0;
        for (var rank = 1; rank <= k; rank++)
        {
            var discounted = 1 / Math.Log2(rank + 1);
            gain += rank <= hits.Length && hits[rank - 1] ? discounted : 0;
            ideal += rank <= relevant ? discounted : 0;
        }

        return gain / ideal;
    }
}
