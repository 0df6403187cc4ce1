using BookRec.Grains.Models;
using BookRec.Storage.Databases;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BookRec.Silo;

/// <summary>Whether the database answers.</summary>
public sealed class DatabaseHealth(Database database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await database.Ping(cancellationToken);
        return HealthCheckResult.Healthy(database.Engine.ToString());
    }
}

/// <summary>Whether this silo has read the catalogue and serves the committed model.</summary>
public sealed class ModelHealth(ModelSlot models) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        models.NotReadyBecause is { } reason ? HealthCheckResult.Unhealthy(reason) : HealthCheckResult.Healthy(models.Version ?? "no model yet"));
}

/// <summary>Whether the first start has done its part: demo data, administrator, first model.</summary>
public sealed class BootstrapHealth(Bootstrap bootstrap) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        bootstrap.NotReadyBecause is { } reason ? HealthCheckResult.Unhealthy(reason) : HealthCheckResult.Healthy());
}
