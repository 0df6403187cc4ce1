using BookRec.Client.Http;

namespace BookRec.Client.Health;

/// <summary>How the service is; needs no account.</summary>
public sealed class HealthClient
{
    private readonly Calls _calls;

    internal HealthClient(Calls calls) => _calls = calls;

    /// <summary>Whether the process answers.</summary>
    public Task<Liveness> Live(CancellationToken cancellation = default) => _calls.Ask<Liveness>(Open("live"), cancellation);

    /// <summary>Whether traffic may be sent there, and what it has to wait for.</summary>
    public Task<Readiness> Ready(CancellationToken cancellation = default) => _calls.Ask<Readiness>(Open("ready") with { Expects503 = true }, cancellation);

    /// <summary>Every dependency with its latency.</summary>
    public Task<HealthOverview> Overview(CancellationToken cancellation = default) => _calls.Ask<HealthOverview>(Open("health") with { Expects503 = true }, cancellation);

    /// <returns>Prometheus' text format.</returns>
    public Task<string> Metrics(CancellationToken cancellation = default) => _calls.AskText(Open("metrics"), cancellation);

    private static Call Open(string name) => Call.Get($"api/{name}") with { NeedsToken = false };
}

public sealed record Liveness(string Status);

/// <param name="Status"><c>ready</c> or <c>not_ready</c>.</param>
/// <param name="Missing">What traffic has to wait for.</param>
public sealed record Readiness(string Status, IReadOnlyList<DependencyHealth> Missing);

/// <param name="Status"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>: the worst of the dependencies.</param>
public sealed record HealthOverview(string Status, IReadOnlyList<DependencyHealth> Dependencies);

/// <param name="LatencyMs">How long the check took, in milliseconds.</param>
/// <param name="Detail">What is wrong, in words; null when nothing is.</param>
public sealed record DependencyHealth(string Name, string Status, double LatencyMs, string? Detail);
