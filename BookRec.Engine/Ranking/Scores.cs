using System.Numerics.Tensors;

namespace BookRec.Engine.Ranking;

/// <summary>Puts scores of different kinds on one scale.</summary>
static class Scores
{
    /// <summary>scores ← weight · (scores − mean) / standard deviation; all zero when they do not differ.</summary>
    public static void Standardize(Span<float> scores, double weight = 1)
    {
        if (scores.IsEmpty)
        {
            return;
        }

        TensorPrimitives.Subtract(scores, TensorPrimitives.Sum<float>(scores) / scores.Length, scores);
        var deviation = Math.Sqrt(TensorPrimitives.SumOfSquares<float>(scores) / (double)scores.Length);

        // What rounding leaves of equal scores is no difference.
        if (deviation <= 1e-12)
        {
            scores.Clear();
        }
        else
        {
            TensorPrimitives.Multiply(scores, (float)(weight / deviation), scores);
        }
    }
}
