namespace BookRec.Engine.Ranking;

/// <summary>How parts are blended.</summary>
public sealed record HybridOptions
{
    /// <summary>
    /// Chosen on book-crossing: with 1, what helps readers of one to three books is still felt by those of fifty; with 2, the first book says
    /// nearly nothing.
    /// </summary>
    const double Fading = 1.5;

    /// <summary>Share of the two parts that are made of readers' choices, 0 … 1; content has the rest.</summary>
    public double CollaborativeWeight { get; init; } = 0.7;

    /// <summary>Share that the item-to-item part has of <see cref="CollaborativeWeight"/>, 0 … 1; the factors have the rest.</summary>
    public double NeighbourShare { get; init; } = 0.4;

    /// <summary>The factors' share of all.</summary>
    internal double FactorWeight => CollaborativeWeight * (1 - NeighbourShare);

    /// <summary>The item-to-item part's share of all.</summary>
    internal double NeighbourWeight => CollaborativeWeight * NeighbourShare;

    /// <summary>The content part's share of all.</summary>
    internal double ContentWeight => 1 - CollaborativeWeight;

    /// <summary>
    /// κ, at least 0: the number n of positive signals at which popularity has half of the score; its share is κ^1.5 / (κ^1.5 + n^1.5). A
    /// reader with dislikes only counts as having one, so that they count for something.
    /// </summary>
    public double PopularityPseudoCount { get; init; } = 0.5;

    /// <summary>
    /// d, 0 … 1: how much a book counts less in a list for being like one before it in content, see <see cref="Mmr"/>; 0 leaves lists as
    /// they are scored.
    /// </summary>
    public double Diversity { get; init; }

    /// <summary>Popularity's share for so many positive signals of a reader that has any signals.</summary>
    public double PopularityShare(int positiveSignals)
    {
        var (popularity, own) = (Math.Pow(PopularityPseudoCount, Fading), Math.Pow(Math.Max(1, positiveSignals), Fading));
        return popularity / (popularity + own);
    }

    /// <summary>Checks every option's range.</summary>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Names the option.</exception>
    public HybridOptions Validate()
    {
        if (CollaborativeWeight is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(CollaborativeWeight), CollaborativeWeight, $"{nameof(CollaborativeWeight)} has to be 0 … 1.");
        }

        if (NeighbourShare is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(NeighbourShare), NeighbourShare, $"{nameof(NeighbourShare)} has to be 0 … 1.");
        }

        if (Diversity is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Diversity), Diversity, $"{nameof(Diversity)} has to be 0 … 1.");
        }

        if (!(PopularityPseudoCount >= 0) || double.IsInfinity(PopularityPseudoCount))
        {
            throw new ArgumentOutOfRangeException(
                nameof(PopularityPseudoCount), PopularityPseudoCount, $"{nameof(PopularityPseudoCount)} has to be at least 0 and finite.");
        }

        return this;
    }
}
