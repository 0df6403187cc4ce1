namespace BookRec.Engine.Evaluation;

/// <summary>
/// AP@K = Σ h_k · P@k over k ≤ K, divided by min(K, |T|): the precision at each hit, averaged, 0 … 1 (Buckley and Voorhees, 2000, cut at
/// K). Its mean over readers is MAP@K.
/// </summary>
public static class AveragePrecision
{
    /// <param name="hits">Whether each rank is relevant, best first.</param>
    /// <param name="relevant">|T|, at least 1.</param>
    public static double At(int k, ReadOnlySpan<bool> hits, int relevant)
    {
        var (sum, found) = (0.0, 0);
        for (var rank = 1; rank <= Math.Min(k, hits.Length); rank++)
        {
            if (hits[rank - 1])
            {
                found++;
                sum += found / (double)rank;
            }
        }

        return sum / Math.Min(k, relevant);
    }
}
