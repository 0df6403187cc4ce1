using System.ComponentModel.DataAnnotations;

namespace BookRec.Hosting.RateLimits;

/// <summary>How often whom is answered. Settings section <c>BookRec:RateLimits</c>.</summary>
public sealed record RateLimitSettings
{
    public const string Section = "RateLimits";

    /// <summary>Registering, logging in and refreshing, by client address.</summary>
    public Budget Login { get; init; } = new() { PerMinute = 600, Burst = 600 };

    /// <summary>
    /// Logins that failed, by e-mail address: what is left of guessing when many computers do it. By account, current passwords that were wrong
    /// when another one was chosen.
    /// </summary>
    public Budget LoginFailures { get; init; } = new() { PerMinute = 2, Burst = 50 };

    /// <summary>By account; by client address for those without one.</summary>
    public Budget Reads { get; init; } = new() { PerMinute = 12_000, Burst = 6_000 };

    /// <inheritdoc cref="Reads"/>
    public Budget Writes { get; init; } = new() { PerMinute = 6_000, Burst = 3_000 };

    /// <summary>By account.</summary>
    public Budget Admin { get; init; } = new() { PerMinute = 6_000, Burst = 3_000 };

    /// <summary>Everything from one client address, in this process alone: the proxy keeps the one for all of them.</summary>
    public Budget Address { get; init; } = new() { PerMinute = 600_000, Burst = 30_000 };
}

/// <summary>A token bucket: full at first, refilled steadily.</summary>
public sealed record Budget
{
    /// <summary>Requests a minute in the long run.</summary>
    [Range(1, 10_000_000)]
    public int PerMinute { get; init; } = 600;

    /// <summary>Requests at once after a pause.</summary>
    [Range(1, 1_000_000)]
    public int Burst { get; init; } = 600;

    public double PerSecond => PerMinute / 60.0;
}
