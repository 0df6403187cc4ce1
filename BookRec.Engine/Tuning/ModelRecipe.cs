using BookRec.Engine.Factorization;
using BookRec.Engine.Neighbours;
using BookRec.Engine.Ranking;

namespace BookRec.Engine.Tuning;

/// <summary>All that a model's making depends on besides the data.</summary>
public sealed record ModelRecipe(AlsOptions Als, NeighbourOptions Neighbours, HybridOptions Hybrid);
