namespace BookRec.Engine.Neighbours;

/// <summary>Hyperparameters of the second half of the item-to-item part: each book regressed on the books near it.</summary>
public sealed record RegressionOptions
{
    /// <summary>The most books a book may be predicted from: time grows with the cube.</summary>
    public const int MaximumPredictors = 1000;

    /// <summary>Of <see cref="Growth"/>: beyond it hardly anything is left of a regression.</summary>
    public const double MaximumGrowth = 100;

    /// <summary>Of <see cref="ReaderExponent"/>: at 1 a reader of many books says no more in all than one of few.</summary>
    public const double MaximumReaderExponent = 2;

    /// <summary>γ, 0 … 1: share the regression has of the item-to-item part; 0 leaves it out.</summary>
    public double Share { get; init; } = 0.5;

    /// <summary>m: from so many books each book is predicted, 1 … <see cref="MaximumPredictors"/>.</summary>
    public int Predictors { get; init; } = 100;

    /// <summary>a, 0 … <see cref="MaximumReaderExponent"/>: a reader's word counts (Σ of their weights)⁻ᵃ, since who reads everything says little of each.</summary>
    public double ReaderExponent { get; init; } = 0.25;

    /// <summary>λ, positive.</summary>
    public double Ridge { get; init; } = 40;

    /// <summary>δ, 0 … <see cref="MaximumGrowth"/>: how much λ grows with a predictor's readers; as dropout of δ/(1 + δ) of the input would make it.</summary>
    public double Growth { get; init; } = 0.3;

    /// <summary>Checks every option's range.</summary>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Names the option.</exception>
    public RegressionOptions Validate()
    {
        Require(Share is >= 0 and <= 1, nameof(Share), Share, "0 … 1");
        Require(Predictors is >= 1 and <= MaximumPredictors, nameof(Predictors), Predictors, $"1 … {MaximumPredictors}");
        Require(ReaderExponent is >= 0 and <= MaximumReaderExponent, nameof(ReaderExponent), ReaderExponent, $"0 … {MaximumReaderExponent}");
        Require(Ridge > 0 && double.IsFinite(Ridge), nameof(Ridge), Ridge, "positive and finite");
        Require(Growth is >= 0 and <= MaximumGrowth, nameof(Growth), Growth, $"0 … {MaximumGrowth}");
        return this;
    }

    static void Require(bool holds, string option, object value, string range)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(option, value, $"{option} has to be {range}.");
        }
    }
}
