namespace BookRec.Hosting.RateLimits;

/// <summary>What came of asking a bucket.</summary>
/// <param name="Taken">Whether there was a token.</param>
/// <param name="Left">Whole tokens left.</param>
/// <param name="Wait">Until there is a token again; zero while there is one.</param>
public readonly record struct Grant(bool Taken, int Left, TimeSpan Wait);

/// <summary>
/// A bucket as two numbers, and what happens to them. The script in <see cref="RedisBuckets"/> is the same arithmetic.
/// </summary>
/// <param name="Tokens">At the time of the last change.</param>
/// <param name="At">Seconds on any clock that only goes forward.</param>
public readonly record struct TokenBucket(double Tokens, double At)
{
    public static TokenBucket Full(Budget budget, double now) => new(budget.Burst, now);

    /// <summary>Refills for the time gone by and takes tokens if there are as many.</summary>
    /// <param name="cost">1, or -1 to give one back.</param>
    public TokenBucket Take(Budget budget, double now, int cost, out Grant grant)
    {
        var tokens = Math.Min(budget.Burst, Tokens + (Math.Max(0, now - At) * budget.PerSecond));
        var taken = tokens >= cost;
        if (taken)
            tokens = Math.Min(budget.Burst, tokens - cost);
        grant = new Grant(taken, (int)tokens, tokens >= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - tokens) / budget.PerSecond));
        return new TokenBucket(tokens, Math.Max(now, At));
    }

    /// <summary>A full bucket says nothing that a new one would not.</summary>
    public bool IsFull(Budget budget, double now) => Tokens + ((now - At) * budget.PerSecond) >= budget.Burst;
}

/// <summary>Where buckets are kept.</summary>
public interface IBuckets
{
    /// <param name="key">Whose.</param>
    /// <param name="budget">How large, how fast refilled; the same for the same key.</param>
    /// <param name="cost">1, or -1 to give one back.</param>
    ValueTask<Grant> Take(string key, Budget budget, int cost = 1);
}
