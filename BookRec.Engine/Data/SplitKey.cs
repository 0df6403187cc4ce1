namespace BookRec.Engine.Data;

/// <summary>
/// Keys that order ids at random but reproducibly: the output function of splitmix64 (Steele, Lea and Flood, 2014, "Fast splittable
/// pseudorandom number generators") chained over a seed and ids.
/// </summary>
public static class SplitKey
{
    /// <summary>One step of splitmix64 from the state z: the increment, then the mixing lines. A bijection of the 64-bit numbers.</summary>
    public static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Key of a row.</summary>
    public static ulong Of(ulong seed, long row) => Mix(Mix(seed) ^ (ulong)row);

    /// <summary>Key of an interaction: mix(mix(mix(seed) ^ row) ^ column).</summary>
    public static ulong Of(ulong seed, long row, long column) => Mix(Of(seed, row) ^ (ulong)column);

    /// <summary>A key as a number uniform in [0, 1).</summary>
    public static double Uniform(ulong key) => (key >> 11) * (1.0 / (1UL << 53));
}
