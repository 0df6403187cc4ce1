using System.Collections.Concurrent;

namespace BookRec.Cli.Chaos;

/// <summary>Readers that come and go for as long as it lasts.</summary>
sealed class Traffic(ReaderClient client, Journal journal, IReadOnlyList<long> books, int seed, TimeProvider time)
{
    const int Clients = 6;
    const int InteractionsPerReader = 60;

    static readonly TimeSpan ThinkingTime = TimeSpan.FromMilliseconds(120);

    readonly ConcurrentBag<Reader> readers = [];
    int joined;

    public IReadOnlyCollection<Reader> Readers => readers;

    /// <summary>Begins nothing new once <paramref name="enough"/> is set; what was begun is seen through until <paramref name="giveUp"/>.</summary>
    public Task Run(CancellationToken enough, CancellationToken giveUp)
        => Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(() => BeReaders(enough, giveUp), CancellationToken.None)));

    async Task BeReaders(CancellationToken enough, CancellationToken giveUp)
    {
        try
        {
            while (!enough.IsCancellationRequested)
            {
                var reader = new Reader(client, journal, books, Interlocked.Increment(ref joined), seed, time);
                readers.Add(reader);
                await reader.Join(giveUp);
                for (var i = 0; i < InteractionsPerReader && !enough.IsCancellationRequested; i++)
                {
                    await reader.Record(giveUp);
                    await reader.AskForRecommendations(giveUp);
                    await Task.Delay(ThinkingTime, time, giveUp);
                }
            }
        }
        catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
        {
            // What this reader still waited for is found by the one who counts.
        }
    }
}
