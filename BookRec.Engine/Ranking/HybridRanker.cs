using BookRec.Engine.Artifacts;
using BookRec.Engine.Factorization;

namespace BookRec.Engine.Ranking;

/// <summary>The parts a score can be made of.</summary>
public enum RankingStrategy
{
    /// <summary>Collaborative and content, with a share of popularity that shrinks as the reader's signals grow.</summary>
    Hybrid,
    Collaborative,
    Content,
    Popular,
}

/// <summary>How parts are blended.</summary>
public sealed record HybridOptions
{
    /// <summary>Share of the collaborative part; content has the rest.</summary>
    public double CollaborativeWeight { get; init; } = 0.7;

    /// <summary>κ: popularity's share is κ / (κ + number of positive signals).</summary>
    public double PopularityPseudoCount { get; init; } = 0.5;
}

/// <summary>A reader as the ranker sees it: folded in once, used for every list until the next signal.</summary>
public sealed record ReaderProfile(IReadOnlyList<Signal> Signals, FoldedReader Folded);

/// <summary>A ranked book and the parts of its score, each already weighted: they add up to <paramref name="Score"/>.</summary>
public readonly record struct RankedBook(int Book, float Score, float Collaborative, float Content, float Popularity);

/// <summary>Ranks all books of a snapshot for one reader. Stateless; scratch memory is pooled.</summary>
public static class HybridRanker
{
    /// <param name="isCandidate">By book index: whether it may be in the list. Asked before the list is cut.</param>
    /// <param name="count">At most so many, best first; ties by the smaller book id.</param>
    public static RankedBook[] Rank(ModelSnapshot model, ReaderProfile reader, RankingStrategy strategy, Func<int, bool> isCandidate, int count)
        => throw new NotImplementedException();

    /// <summary>Books like one book: the collaborative part is the cosine of factor vectors, the content part the cosine of TF-IDF vectors.</summary>
    public static RankedBook[] Similar(ModelSnapshot model, int book, Func<int, bool> isCandidate, int count)
        => throw new NotImplementedException();
}
