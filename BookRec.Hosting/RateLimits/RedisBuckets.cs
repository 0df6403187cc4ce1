using BookRec.Hosting.Logging;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace BookRec.Hosting.RateLimits;

/// <summary>
/// Buckets that all fronts share, each changed by one script that Redis runs as a whole, on Redis' own clock. While Redis is away every
/// front limits by itself: more is let through than should be, by the number of fronts, and nobody is turned away for it.
/// </summary>
public sealed class RedisBuckets : IBuckets, IAsyncDisposable
{
    /// <summary>A decision must not take longer than what it decides about.</summary>
    private static readonly TimeSpan _defaultPatience = TimeSpan.FromMilliseconds(250);

    /// <summary>After a failure the buckets in memory decide for this long, so that a slow Redis slows one request, not all.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(2);

    /// <summary>KEYS: the bucket. ARGV: burst, tokens a second, cost. Answers whether a token was taken, and the tokens, as text: Redis cuts numbers.</summary>
    private const string Script =
        """
        local burst, rate, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        local clock = redis.call('TIME')
        local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
        local kept = redis.call('HMGET', KEYS[1], 't', 'a')
        local at = tonumber(kept[2]) or now
        local tokens = math.min(burst, (tonumber(kept[1]) or burst) + math.max(0, now - at) * rate)
        local taken = tokens >= cost
        if taken then tokens = math.min(burst, tokens - cost) end
        redis.call('HSET', KEYS[1], 't', string.format('%.6f', tokens), 'a', string.format('%.6f', math.max(now, at)))
        redis.call('PEXPIRE', KEYS[1], math.ceil((burst - tokens) / rate * 1000) + 1000)
        return { taken and 1 or 0, string.format('%.6f', tokens) }
        """;

    private readonly Task<ConnectionMultiplexer> _connection;
    private readonly MemoryBuckets _memory;
    private readonly TimeProvider _clock;
    private readonly OutageLog _outage;
    private readonly TimeSpan _patience;
    private long _pausedSince;

    public RedisBuckets(ConfigurationOptions redis, MemoryBuckets memory, TimeProvider clock, ILogger<RedisBuckets> log, TimeSpan? patience = null)
    {
        _connection = ConnectionMultiplexer.ConnectAsync(redis);
        (_memory, _clock, _outage, _patience) = (memory, clock, new OutageLog(log, LogLevel.Warning, clock), patience ?? _defaultPatience);
    }

    public async ValueTask<Grant> Take(string key, Budget budget, int cost = 1)
    {
        if (!_connection.IsCompletedSuccessfully || IsPaused)
            return await _memory.Take(key, budget, cost);
        try
        {
            var connection = await _connection;
            if (!connection.IsConnected)
                return await _memory.Take(key, budget, cost);
            var answer = (RedisResult[])(await connection.GetDatabase()
                .ScriptEvaluateAsync(Script, [$"bookrec:limit:{key}"], [budget.Burst, budget.PerSecond, cost])
                .WaitAsync(_patience, _clock))!;
            var tokens = (double)answer[1];
            return new Grant((int)answer[0] == 1, (int)tokens, tokens >= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - tokens) / budget.PerSecond));
        }
        catch (Exception away) when (away is RedisException or TimeoutException)
        {
            Volatile.Write(ref _pausedSince, _clock.GetTimestamp());
            _outage.Tell(away, "Redis does not answer; this front limits requests by itself");
            return await _memory.Take(key, budget, cost);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection.IsCompletedSuccessfully)
            await (await _connection).DisposeAsync();
    }

    private bool IsPaused => Volatile.Read(ref _pausedSince) is var since and not 0 && _clock.GetElapsedTime(since) < _pause;
}
