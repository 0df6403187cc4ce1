using System.Collections.Concurrent;

namespace BookRec.Hosting.RateLimits;

/// <summary>Buckets of this process.</summary>
public sealed class MemoryBuckets(TimeProvider clock) : IBuckets
{
    /// <summary>Reached only when somebody comes from very many addresses; full buckets go first, and if that is not enough, all.</summary>
    private const int MostBuckets = 200_000;

    private readonly ConcurrentDictionary<string, Box> _boxes = new(StringComparer.Ordinal);
    private readonly long _start = clock.GetTimestamp();

    public ValueTask<Grant> Take(string key, Budget budget, int cost = 1)
    {
        var now = clock.GetElapsedTime(_start).TotalSeconds;
        if (!_boxes.TryGetValue(key, out var box))
        {
            if (_boxes.Count >= MostBuckets)
                Sweep(now);
            box = _boxes.GetOrAdd(key, _ => new Box(budget) { Bucket = TokenBucket.Full(budget, now) });
        }

        lock (box)
        {
            box.Bucket = box.Bucket.Take(budget, now, cost, out var grant);
            return ValueTask.FromResult(grant);
        }
    }

    private void Sweep(double now)
    {
        foreach (var (key, box) in _boxes)
        {
            if (box.Bucket.IsFull(box.Budget, now))
                _boxes.TryRemove(key, out _);
        }

        if (_boxes.Count >= MostBuckets)
            _boxes.Clear();
    }

    private sealed class Box(Budget budget)
    {
        public Budget Budget => budget;

        public TokenBucket Bucket { get; set; }
    }
}
