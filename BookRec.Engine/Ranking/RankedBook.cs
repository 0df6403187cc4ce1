namespace BookRec.Engine.Ranking;

/// <summary>A ranked book and the parts of its score, each already weighted: they add up to <paramref name="Score"/>.</summary>
/// <param name="Book">Index in the snapshot.</param>
public readonly record struct RankedBook(int Book, float Score, float Collaborative, float Neighbours, float Content, float Popularity);
