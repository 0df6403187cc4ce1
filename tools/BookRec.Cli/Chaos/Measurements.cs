using System.Collections.Concurrent;

namespace BookRec.Cli.Chaos;

/// <summary>One request as its client saw it.</summary>
/// <param name="Kind">Such as <c>record</c>.</param>
/// <param name="EndedAt">Since the beginning.</param>
/// <param name="Failure">Null when it was answered as hoped.</param>
readonly record struct Measured(string Kind, TimeSpan EndedAt, TimeSpan Took, string? Failure);

/// <param name="LongestOutage">The longest time in which no request of this kind succeeded, though clients were asking.</param>
sealed record KindSummary(string Kind, int Requests, int Failures, TimeSpan Median, TimeSpan P99, TimeSpan Longest, TimeSpan LongestOutage);

/// <summary>What the clients saw. Safe from any thread.</summary>
sealed class Measurements(TimeProvider time)
{
    readonly long began = time.GetTimestamp();
    readonly ConcurrentQueue<Measured> all = new();

    public TimeSpan Elapsed => time.GetElapsedTime(began);

    public void Add(string kind, TimeSpan took, string? failure) => all.Enqueue(new Measured(kind, Elapsed, took, failure));

    public IReadOnlyList<KindSummary> ByKind() => [.. all.GroupBy(m => m.Kind).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => Summarize(g.Key, [.. g]))];

    /// <summary>What went wrong how often, the most frequent first.</summary>
    public IReadOnlyList<(string Failure, int Count)> Failures()
        => [.. all.Where(m => m.Failure is not null).GroupBy(m => m.Failure!).Select(g => (g.Key, g.Count())).OrderByDescending(f => f.Item2)];

    static KindSummary Summarize(string kind, IReadOnlyList<Measured> measured)
    {
        var took = measured.Select(m => m.Took).Order().ToList();
        var succeeded = measured.Where(m => m.Failure is null).Select(m => m.EndedAt).Order().ToList();
        var outage = succeeded.Zip(succeeded.Skip(1), (earlier, later) => later - earlier).DefaultIfEmpty().Max();
        return new KindSummary(
            kind, measured.Count, measured.Count(m => m.Failure is not null), Quantile(took, 0.5), Quantile(took, 0.99), took[^1], outage);
    }

    static TimeSpan Quantile(List<TimeSpan> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];
}
