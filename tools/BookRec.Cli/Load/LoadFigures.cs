using System.Collections.Concurrent;
using HdrHistogram;

namespace BookRec.Cli.Load;

/// <summary>What a load has shown. Safe for many threads.</summary>
/// <param name="rate">Requests a second.</param>
/// <param name="start">When the first was due.</param>
public sealed class LoadFigures(double rate, TimeSpan start)
{
    const long HighestMicroseconds = 3_600_000_000;

    /// <summary>Three digits of every latency are kept.</summary>
    const int Digits = 3;

    readonly LongConcurrentHistogram all = new(1, HighestMicroseconds, Digits);
    readonly ConcurrentDictionary<string, LongConcurrentHistogram> kinds = new();
    readonly ConcurrentDictionary<string, int> failures = new();
    readonly ConcurrentDictionary<int, (int Asked, int Bad)> seconds = new();
    long last;

    /// <summary>Requests a second that were sent.</summary>
    public double Rate => rate;

    public TimeSpan Start => start;

    public long Answered => all.TotalCount;

    public long Failed => failures.Values.Sum(count => (long)count);

    /// <summary>How many failed of what.</summary>
    public IReadOnlyDictionary<string, int> Failures => failures;

    public IEnumerable<string> Kinds => kinds.Keys.Order(StringComparer.Ordinal);

    /// <summary>Answers a second, however late, from the start until the last.</summary>
    public double AnsweredPerSecond => last == 0 ? 0 : Answered / TimeSpan.FromTicks(last).TotalSeconds;

    /// <summary>Answers in good time a second, from the start until the last answer of all.</summary>
    public double Goodput => last == 0 ? 0 : seconds.Values.Sum(second => second.Asked - second.Bad) / TimeSpan.FromTicks(last).TotalSeconds;

    public void Add(Answer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (answer.Failure is { } failure)
        {
            failures.AddOrUpdate(failure, 1, (_, count) => count + 1);
            Count(answer, isBad: true);
            return;
        }

        var microseconds = Math.Clamp((long)answer.Latency.TotalMicroseconds, 1, HighestMicroseconds);
        all.RecordValue(microseconds);
        kinds.GetOrAdd(answer.Kind, _ => new(1, HighestMicroseconds, Digits)).RecordValue(microseconds);
        InterlockedMaximum((answer.DueAt + answer.Latency - start).Ticks);
        Count(answer, isBad: answer.Latency > Healthy);
    }

    /// <summary>An answer later than this is no good to a person who waits.</summary>
    public static TimeSpan Healthy { get; } = TimeSpan.FromMilliseconds(500);

    /// <param name="percentile">0 to 100.</param>
    /// <param name="kind">Of what was asked; everything if null.</param>
    public TimeSpan Latency(double percentile, string? kind = null)
        => TimeSpan.FromMicroseconds((kind is null ? all : kinds[kind]).GetValueAtPercentile(percentile));

    public long CountOf(string kind) => kinds[kind].TotalCount;

    /// <summary>The first second from which on nine of ten requests of every second were answered in good time; null when there is none.</summary>
    public int? HealthyFrom()
    {
        var bad = seconds.Where(second => second.Value.Bad * 10 > second.Value.Asked).Select(second => second.Key).DefaultIfEmpty(-1).Max();
        return seconds.Keys.Where(second => second > bad).Cast<int?>().Min();
    }

    void Count(Answer answer, bool isBad)
        => seconds.AddOrUpdate((int)(answer.DueAt - start).TotalSeconds, (1, isBad ? 1 : 0), (_, second) => (second.Asked + 1, second.Bad + (isBad ? 1 : 0)));

    void InterlockedMaximum(long ticks)
    {
        for (var seen = Volatile.Read(ref last); ticks > seen && Interlocked.CompareExchange(ref last, ticks, seen) != seen; seen = Volatile.Read(ref last))
        {
        }
    }
}
