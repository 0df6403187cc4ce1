using System.Collections.Concurrent;
using System.Diagnostics;

namespace BookRec.Cli.Load;

/// <summary>
/// Asks at a rate that no answer can slow down, as many people who know nothing of each other do. Latency counts from the moment a request was
/// due, so that a server that stalls is charged with everybody who would have come meanwhile, not only with the one who waited ("coordinated
/// omission", Tene).
/// </summary>
public static class OpenLoop
{
    /// <param name="phases">One after the other, without a pause for what is still under way.</param>
    /// <param name="ask">Does the request of a number; what it throws is a failure as well.</param>
    /// <param name="record">Told when a request was due, when it ended and what went wrong, if anything; by many threads.</param>
    public static async Task Run(
        IReadOnlyList<Phase> phases, Func<long, CancellationToken, Task<Outcome>> ask, Action<Answer> record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ask);
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(phases);
        var underWay = new ConcurrentDictionary<long, Task>();
        var began = Stopwatch.GetTimestamp();
        long number = 0;
        foreach (var dueAt in phases.SelectMany((phase, i) => phase.DueTimes(phases.Take(i).Aggregate(TimeSpan.Zero, (sum, before) => sum + before.Duration))))
        {
            while (Stopwatch.GetElapsedTime(began) < dueAt)
                await Task.Delay(1, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            var own = number++;
            // Never on this thread: it has others to send in time.
            underWay[own] = Task.Run(() => Ask(own, dueAt), CancellationToken.None);
        }

        await Task.WhenAll(underWay.Values);

        async Task Ask(long number, TimeSpan dueAt)
        {
            Outcome outcome;
            try
            {
                outcome = await ask(number, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                outcome = new("failed", e.Message);
            }

            record(new Answer(outcome.Kind, dueAt, Stopwatch.GetElapsedTime(began) - dueAt, outcome.Failure));
            underWay.TryRemove(number, out _);
        }
    }
}

/// <param name="Rate">Requests a second.</param>
public sealed record Phase(double Rate, TimeSpan Duration)
{
    internal IEnumerable<TimeSpan> DueTimes(TimeSpan start)
    {
        for (long number = 0; number < (long)(Rate * Duration.TotalSeconds); number++)
            yield return start + TimeSpan.FromSeconds(number / Rate);
    }
}

/// <param name="Kind">What was asked.</param>
/// <param name="Failure">What went wrong; null when it was answered.</param>
public readonly record struct Outcome(string Kind, string? Failure = null);

/// <param name="Kind">What was asked.</param>
/// <param name="DueAt">When it was to be sent, from the start.</param>
/// <param name="Latency">From then until its end.</param>
/// <param name="Failure">What went wrong; null when it was answered.</param>
public sealed record Answer(string Kind, TimeSpan DueAt, TimeSpan Latency, string? Failure);
