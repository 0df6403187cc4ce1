using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Factorization;

/// <param name="UserFactors">X, users × factors.</param>
/// <param name="BookFactors">Y, books × factors; all zero for a book nobody has read.</param>
public sealed record AlsModel(AlsOptions Options, FactorMatrix UserFactors, FactorMatrix BookFactors);
