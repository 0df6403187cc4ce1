using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using BookRec.Grains.Interfaces.Training;

namespace BookRec.WebApi.Admin;

/// <summary>A watched run as server-sent events.</summary>
internal static class TrainingEvents
{
    public const string Progress = "progress";
    public const string Ping = "ping";
    public const string End = "end";

    /// <summary>Below the 60 s after which proxies give a silent connection up.</summary>
    private static readonly TimeSpan _pingInterval = TimeSpan.FromSeconds(15);

    /// <summary>Every change as it comes, a ping in long silences, and the ended run last.</summary>
    public static async IAsyncEnumerable<SseItem<TrainingRunResponse?>> From(
        IAsyncEnumerable<TrainingRun> changes,
        TimeProvider clock,
        [EnumeratorCancellation] CancellationToken cancelled)
    {
        TrainingRunResponse? last = null;
        await using var source = changes.GetAsyncEnumerator(cancelled);
        var next = source.MoveNextAsync().AsTask();
        while (true)
        {
            if (!await ArrivesInTime(next, clock, cancelled))
            {
                yield return new(null, Ping);
                continue;
            }

            if (!await next)
                break;
            last = TrainingRunResponse.From(source.Current);
            yield return new(last, Progress);
            next = source.MoveNextAsync().AsTask();
        }

        yield return new(last, End);
    }

    private static async Task<bool> ArrivesInTime(Task next, TimeProvider clock, CancellationToken cancelled)
    {
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        var silence = Task.Delay(_pingInterval, clock, answered.Token);
        var first = await Task.WhenAny(next, silence);
        await answered.CancelAsync();
        return first == next || cancelled.IsCancellationRequested;
    }
}
