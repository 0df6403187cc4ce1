using BookRec.Engine.Ranking;
using BookRec.Grains.Interfaces.Readers;

namespace BookRec.Grains.Readers;

/// <summary>Which strategy makes a list, for what is asked and what is known.</summary>
public static class StrategyChoice
{
    /// <summary>
    /// Auto means hybrid as soon as anything is known. A strategy that needs to know something of the reader falls back to popularity while
    /// nothing is, and the answer says so.
    /// </summary>
    public static Strategy Resolve(Strategy asked, ReaderProfile reader) => asked switch
    {
        Strategy.Popular => Strategy.Popular,
        _ when reader.Signals.Count == 0 => Strategy.Popular,
        Strategy.Auto => Strategy.Hybrid,
        Strategy.Collaborative when !reader.Folded.HasFactors => Strategy.Popular,
        _ => asked,
    };

    public static RankingStrategy RankingOf(Strategy strategy) => strategy switch
    {
        Strategy.Hybrid => RankingStrategy.Hybrid,
        Strategy.Collaborative => RankingStrategy.Collaborative,
        Strategy.Content => RankingStrategy.Content,
        Strategy.Popular => RankingStrategy.Popular,
        _ => throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "Not a strategy that ranks."),
    };
}
