using System.Numerics.Tensors;

namespace BookRec.Engine.Ranking;

/// <summary>Puts scores of different kinds on one scale.</summary>
static class Scores
{
    /// <summary>scores ← weight · (scores − mean) / standard deviation; all zero when they do not differ.</summary>
    public static void Standardize(Span<float> scores, double weight = 1) => Standardize(scores, scores.Length, weight);

    /// <summary>
    /// The same with the mean and the deviation of the first books alone: those of the training, so that a book that comes later or goes
    /// changes nothing between the others.
    /// </summary>
    /// <param name="reference">How many of the scores set the scale; all when 0.</param>
    public static void Standardize(Span<float> scores, int reference, double weight)
    {
        if (scores.IsEmpty)
        {
            return;
        }

        var scale = scores[..(reference == 0 ? scores.Length : reference)];
        TensorPrimitives.Subtract(scores, TensorPrimitives.Sum<float>(scale) / scale.Length, scores);
        var deviation = Math.Sqrt(TensorPrimitives.SumOfSquares<float>(scale) / (double)scale.Length);

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
