using BookRec.Engine.Data;

namespace BookRec.Engine.Popularity;

/// <summary>How much each book is read, with exponential time decay where times exist.</summary>
public sealed class PopularityModel
{
    /// <param name="halfLifeDays">After so many days before the newest interaction an interaction counts half; interactions without a time count in full.</param>
    public static PopularityModel Fit(InteractionMatrix interactions, double halfLifeDays) => throw new NotImplementedException();

    /// <summary>Decayed reader count by book index.</summary>
    public ReadOnlySpan<float> Scores => throw new NotImplementedException();
}
