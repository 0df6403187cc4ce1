using BookRec.Engine.Ranking;
using BookRec.Grains.Interfaces.Readers;

namespace BookRec.Grains.Readers;

/// <summary>Which ranking makes a list, for what is asked.</summary>
public static class StrategyChoice
{
    /// <summary>Auto means hybrid. A strategy that needs to know something of the reader leaves it to popularity while nothing is, and the answer says so.</summary>
    public static Strategy Resolve(Strategy asked) => asked == Strategy.Auto ? Strategy.Hybrid : asked;

    public static RankingStrategy RankingOf(Strategy strategy) => strategy switch
    {
        Strategy.Hybrid => RankingStrategy.Hybrid,
        Strategy.Collaborative => RankingStrategy.Collaborative,
        Strategy.Content => RankingStrategy.Content,
        Strategy.Popular => RankingStrategy.Popular,
        _ => throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "Not a strategy that ranks."),
    };
}
