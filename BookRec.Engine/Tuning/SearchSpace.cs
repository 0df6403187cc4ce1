namespace BookRec.Engine.Tuning;

/// <summary>Where the search starts and what lies around a point.</summary>
public static class SearchSpace
{
    static readonly double[] s_unobservedWeights = [0.1, 0.01, 1, 0.03, 0.3];
    static readonly double[] s_strengths = [0.007, 0.002, 0.025];
    static readonly double[] s_popularityExponents = [0.2, 0.35, 0];

    /// <summary>
    /// A coarse grid at ν = 1 and b = 0.2, the values that do best on most published data first: when time runs out, the rest is what is missed.
    /// Thanks to λ* the exponent can wait.
    /// </summary>
    public static IReadOnlyList<AlsCandidate> Start { get; } =
    [
        .. from unobserved in s_unobservedWeights
           from strength in s_strengths
           select new AlsCandidate(unobserved, strength, 1, s_popularityExponents[0]),
    ];

    /// <summary>The neighbours of a point at a factor's distance, and with other exponents. The point itself may be among them.</summary>
    /// <param name="factor">Greater than 1.</param>
    public static IEnumerable<AlsCandidate> Around(AlsCandidate point, double factor)
    {
        // Longer vectors often want less, and the coarse grid has not looked at the exponent at all: these come first.
        yield return point with { Strength = point.Strength / factor };
        yield return point with { Exponent = 0.5 };
        yield return point with { Exponent = 0.75 };
        yield return point with { Exponent = 1 };
        yield return point with { Strength = point.Strength * factor };

        // Most of λᵤ is λ·α₀·n: what one of the two gains the other has to lose, or the strength would change as well.
        yield return point with { UnobservedWeight = point.UnobservedWeight * factor, Strength = point.Strength / factor };
        yield return point with { UnobservedWeight = point.UnobservedWeight / factor, Strength = point.Strength * factor };
        foreach (var exponent in s_popularityExponents)
        {
            yield return point with { PopularityExponent = exponent };
        }
    }
}
