namespace BookRec.Engine.Evaluation;

/// <summary>
/// Precision@K = Σ h_k / K for k ≤ K, where h_k is 1 when the book at rank k is relevant: the share of the list that is right, 0 … 1
/// (Herlocker et al., 2004). A list shorter than K counts as if filled up with wrong books.
/// </summary>
public static class Precision
{
    /// <param name="hits">Whether each rank is relevant, best first.</param>
    public static double At(int k, ReadOnlySpan<bool> hits) => hits[..Math.Min(k, hits.Length)].Count(true) / (double)k;
}
