namespace BookRec.Engine.Tuning;

/// <summary>Where the search starts and what lies around a point.</summary>
public static class SearchSpace
{
    static readonly double[] s_unobservedWeights = [0.1, 0.01, 1, 0.03, 0.3];
    static readonly double[] s_strengths = [0.007, 0.002, 0.025];
    static readonly double[] s_exponents = [1, 0.5];

    /// <summary>A coarse grid, the values that do best on most published data first: when time runs out, the rest is what is missed.</summary>
    public static IReadOnlyList<AlsCandidate> Start { get; } =
    [
        .. from exponent in s_exponents
           from unobserved in s_unobservedWeights
           from strength in s_strengths
           select new AlsCandidate(unobserved, strength, exponent),
    ];

    /// <summary>The neighbours of a point at a factor's distance, and at the exponents in between.</summary>
    /// <param name="factor">Greater than 1.</param>
    public static IEnumerable<AlsCandidate> Around(AlsCandidate point, double factor)
    {
        yield return point with { Strength = point.Strength * factor };
        yield return point with { Strength = point.Strength / factor };
        yield return point with { UnobservedWeight = point.UnobservedWeight * factor };
        yield return point with { UnobservedWeight = point.UnobservedWeight / factor };
        if (point.Exponent < 1)
        {
            yield return point with { Exponent = Math.Round(point.Exponent + 0.25, 2) };
        }

        if (point.Exponent > 0)
        {
            yield return point with { Exponent = Math.Round(point.Exponent - 0.25, 2) };
        }
    }
}
