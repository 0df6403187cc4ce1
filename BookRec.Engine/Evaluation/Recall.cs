namespace BookRec.Engine.Evaluation;

/// <summary>
/// Recall@K = Σ h_k / |T| for k ≤ K, where T are the reader's relevant books: the share of them that the list finds, 0 … 1
/// (Herlocker et al., 2004). Not cut to min(K, |T|).
/// </summary>
public static class Recall
{
    /// <param name="hits">Whether each rank is relevant, best first.</param>
    /// <param name="relevant">|T|, at least 1.</param>
    public static double At(int k, ReadOnlySpan<bool> hits, int relevant) => hits[..Math.Min(k, hits.Length)].Count(true) / (double)relevant;
}
