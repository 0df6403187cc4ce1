namespace BookRec.Engine.Factorization;

/// <summary>Hyperparameters of weighted implicit ALS, in the form and with the names of Rendle et al. (2021).</summary>
public sealed record AlsOptions
{
    public int Factors { get; init; } = 64;

    public int Epochs { get; init; } = 12;

    /// <summary>α₀: weight of the unobserved, over all books.</summary>
    public double UnobservedWeight { get; init; } = 0.1;

    /// <summary>λ.</summary>
    public double Regularization { get; init; } = 0.007;

    /// <summary>ν: how much λ grows with a row's count.</summary>
    public double RegularizationExponent { get; init; } = 1.0;

    public double InitialScale { get; init; } = 0.1;

    public int Seed { get; init; } = 42;

    /// <summary>0 means one less than the machine has, at least one.</summary>
    public int Threads { get; init; }
}
