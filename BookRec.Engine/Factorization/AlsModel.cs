using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Factorization;

/// <param name="UserFactors">X, users × factors.</param>
/// <param name="BookFactors">Y, books × factors; all zero for a book nobody has read.</param>
public sealed record AlsModel(AlsOptions Options, FactorMatrix UserFactors, FactorMatrix BookFactors)
{
    /// <summary>What a reader's confidence in each book is multiplied by, see <see cref="AlsOptions.PopularityExponent"/>; empty where that is 1.</summary>
    public ReadOnlyMemory<float> BookWeights { get; init; }
}
