namespace BookRec.Hosting.Metrics;

/// <summary>Upper bounds of histogram buckets, chosen by the unit an instrument declares.</summary>
internal static class Buckets
{
    /// <summary>1 ms to 30 s: a recommendation takes milliseconds, a call to a dying silo a few seconds.</summary>
    public static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private static readonly double[] Milliseconds = [.. Seconds.Select(s => s * 1000)];

    /// <summary>Counts and bytes, by powers of four.</summary>
    private static readonly double[] Amounts = [.. Enumerable.Range(0, 14).Select(power => Math.Pow(4, power))];

    public static double[] For(string? unit) => unit switch
    {
        "s" or "seconds" => Seconds,
        "ms" or "milliseconds" => Milliseconds,
        _ => Amounts,
    };
}
