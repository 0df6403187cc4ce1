using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BookRec.Hosting.Health;

/// <summary>Shows a dependency in the overview. Not part of readiness: once started, lists are made without Redis and S3.</summary>
public sealed class DependencyHealthCheck(Dependency dependency) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await dependency.Probe(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, $"{dependency.Where}: {failure.GetBaseException().Message}");
        }
    }
}

public static class Dependencies
{
    /// <summary>A start waits for it, and the health overview shows it as degraded while it is away.</summary>
    public static void AddDependency(this WebApplicationBuilder builder, Dependency dependency)
    {
        builder.Services.AddSingleton(dependency);
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(dependency.Name, _ => new DependencyHealthCheck(dependency), HealthStatus.Degraded, tags: null));
    }
}
