using BookRec.Engine.Factorization;

namespace BookRec.Engine.Ranking;

/// <summary>A reader as the ranker sees it: folded in once, used for every list until the next signal.</summary>
/// <param name="Signals">All that is known, newer books included.</param>
/// <param name="Folded">The same signals folded in.</param>
public sealed record ReaderProfile(IReadOnlyList<Signal> Signals, FoldedReader Folded);
