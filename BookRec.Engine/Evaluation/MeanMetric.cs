namespace BookRec.Engine.Evaluation;

/// <summary>A mean over readers.</summary>
/// <param name="StandardError">s/√n with the sample standard deviation s; 0 for fewer than two readers.</param>
public readonly record struct MeanMetric(double Mean, double StandardError)
{
    /// <summary>The mean of some values; 0 of none.</summary>
    public static MeanMetric Of(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
        {
            return default;
        }

        var mean = 0.0;
        foreach (var value in values)
        {
            mean += value / values.Length;
        }

        var squares = 0.0;
        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return new(mean, values.Length < 2 ? 0 : Math.Sqrt(squares / (values.Length - 1) / values.Length));
    }

    /// <summary>The interval that contains the true mean in about 95 of 100 cases, by the normal approximation.</summary>
    public (double Low, double High) Confidence95 => (Mean - (1.96 * StandardError), Mean + (1.96 * StandardError));
}
