namespace BookRec.Engine.Factorization;

/// <summary>Hyperparameters of weighted implicit ALS, in the form and with the names of Rendle et al. (2021).</summary>
/// <remarks>
/// The loss is Σ_observed w(1 − x·y)² + α₀ Σ_all (x·y)² + Σᵤ λᵤ‖xᵤ‖² + Σᵢ λᵢ‖yᵢ‖² with λᵤ = λ(|N(u)| + α₀·items)^ν, and likewise for
/// items (Hu, Koren and Volinsky, 2008; Rendle, Krichene, Zhang and Koren, 2021, "Revisiting the performance of iALS on item
/// recommendation benchmarks").
/// </remarks>
public sealed record AlsOptions
{
    /// <summary>The most factors there may be; a row's system of this size still fits a megabyte or few.</summary>
    public const int MaximumFactors = 2048;

    /// <summary>Length of the vectors, 1 … <see cref="MaximumFactors"/>.</summary>
    public int Factors { get; init; } = 64;

    /// <summary>How many times both half-steps run, at least 1.</summary>
    public int Epochs { get; init; } = 12;

    /// <summary>α₀: weight of the unobserved, over all books; positive.</summary>
    public double UnobservedWeight { get; init; } = 0.1;

    /// <summary>λ, positive; scaled for each row, see <see cref="RegularizationOf"/>.</summary>
    public double Regularization { get; init; } = 0.007;

    /// <summary>ν: how much λ grows with a row's count, 0 … 2.</summary>
    public double RegularizationExponent { get; init; } = 1.0;

    /// <summary>b, 0 … 1: how much less a choice says of a book that many choose, see <see cref="BookWeights"/>; 0 for all alike.</summary>
    public double PopularityExponent { get; init; }

    /// <summary>Standard deviation of the first vectors' length: each entry has this over √factors. Positive.</summary>
    public double InitialScale { get; init; } = 0.1;

    /// <summary>Seed of the first vectors.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>0 means one less than the machine has, at least one. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary><see cref="Threads"/>, or what 0 stands for on this machine.</summary>
    internal int EffectiveThreads => Threads > 0 ? Threads : Math.Max(1, Environment.ProcessorCount - 1);

    /// <summary>λᵤ = λ(|N(u)| + α₀·n)^ν.</summary>
    /// <param name="observed">|N(u)|: interactions of the row.</param>
    /// <param name="columns">n: rows of the fixed side.</param>
    public double RegularizationOf(int observed, int columns)
        => Regularization * Math.Pow(observed + (UnobservedWeight * columns), RegularizationExponent);

    /// <summary>Checks every option's range.</summary>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Names the option.</exception>
    public AlsOptions Validate()
    {
        Require(Factors is >= 1 and <= MaximumFactors, nameof(Factors), Factors, $"1 … {MaximumFactors}");
        Require(Epochs >= 1, nameof(Epochs), Epochs, "at least 1");
        Require(UnobservedWeight > 0 && double.IsFinite(UnobservedWeight), nameof(UnobservedWeight), UnobservedWeight, "positive");
        Require(Regularization > 0 && double.IsFinite(Regularization), nameof(Regularization), Regularization, "positive");
        Require(RegularizationExponent is >= 0 and <= 2, nameof(RegularizationExponent), RegularizationExponent, "0 … 2");
        Require(PopularityExponent is >= 0 and <= 1, nameof(PopularityExponent), PopularityExponent, "0 … 1");
        Require(InitialScale > 0 && double.IsFinite(InitialScale), nameof(InitialScale), InitialScale, "positive");
        Require(Threads >= 0, nameof(Threads), Threads, "at least 0");
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
