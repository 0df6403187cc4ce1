using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace BookRec.Hosting.Membership;

/// <summary>Whether this front is connected to any silo. The Orleans client tells changes only: its start ends with a first connection.</summary>
internal sealed class Connection(IHostApplicationLifetime lifetime) : IClusterConnectionStatusObserver
{
    private volatile bool _lost;

    public bool IsUp => lifetime.ApplicationStarted.IsCancellationRequested && !_lost;

    public void NotifyGatewayCountChanged(int currentNumberOfGateways, int previousNumberOfGateways, bool connectionRecovered) => _lost = currentNumberOfGateways == 0;

    public void NotifyClusterConnectionLost() => _lost = true;
}

/// <summary>Whether any silo can be reached.</summary>
internal sealed class ClusterHealth(Connection connection) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        => Task.FromResult(connection.IsUp ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("no silo can be reached"));
}
