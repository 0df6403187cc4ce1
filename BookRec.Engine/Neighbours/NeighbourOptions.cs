namespace BookRec.Engine.Neighbours;

/// <summary>Hyperparameters of the item-to-item part.</summary>
/// <remarks>
/// How much a reader's book j speaks for a book i: s(j, i) = Σ over their common readers u of |N(u)|⁻ᵃ · (|N(j)| + h)⁻ᵇ · (|N(i)| + h)⁻ᶜ,
/// where sizes are sums of weights. a = b = α and c = β is RP3β (Paudel, Christoffel, Newell and Bernstein, 2017, "Updatable, accurate,
/// diverse, and scalable recommendations for interactive applications"); a = 0 and b = c = ½ is the cosine.
/// </remarks>
public sealed record NeighbourOptions
{
    /// <summary>The most neighbours a book may have.</summary>
    public const int MaximumNeighbours = 10_000;

    /// <summary>k: so many books are kept for each book, 0 … <see cref="MaximumNeighbours"/>; 0 turns the part off.</summary>
    public int Neighbours { get; init; } = 100;

    /// <summary>a, 0 … 4: how much less a reader of many books says about each pair of them.</summary>
    public double ReaderExponent { get; init; } = 0.4;

    /// <summary>b, 0 … 4: how much less a popular book of the reader says.</summary>
    public double SourceExponent { get; init; } = 0.4;

    /// <summary>c, 0 … 4: how much a popular candidate is held back.</summary>
    public double TargetExponent { get; init; } = 0.3;

    /// <summary>h, at least 0: readers every book is given in addition, so that few common readers of rare books prove little.</summary>
    public double Shrinkage { get; init; }

    /// <summary>What is mixed in of a regression on near books.</summary>
    public RegressionOptions Regression { get; init; } = new();

    /// <summary>Checks every option's range.</summary>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Names the option.</exception>
    public NeighbourOptions Validate()
    {
        Require(Neighbours is >= 0 and <= MaximumNeighbours, nameof(Neighbours), Neighbours, $"0 … {MaximumNeighbours}");
        Require(ReaderExponent is >= 0 and <= 4, nameof(ReaderExponent), ReaderExponent, "0 … 4");
        Require(SourceExponent is >= 0 and <= 4, nameof(SourceExponent), SourceExponent, "0 … 4");
        Require(TargetExponent is >= 0 and <= 4, nameof(TargetExponent), TargetExponent, "0 … 4");
        Require(Shrinkage >= 0 && double.IsFinite(Shrinkage), nameof(Shrinkage), Shrinkage, "at least 0 and finite");
        Regression.Validate();
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
