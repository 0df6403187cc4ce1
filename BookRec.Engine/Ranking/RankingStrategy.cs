namespace BookRec.Engine.Ranking;

/// <summary>The parts a score can be made of.</summary>
public enum RankingStrategy
{
    /// <summary>Collaborative, neighbours and content, with a share of popularity that shrinks as the reader's signals grow.</summary>
    Hybrid,
    Collaborative,
    Content,
    Popular,
}
