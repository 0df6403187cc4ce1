using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BookRec.Hosting.Health;

/// <summary>Alive, ready, healthy: three questions with three askers — the supervisor, the proxy, the operator.</summary>
public static class HealthEndpoints
{
    public static IEndpointConventionBuilder MapBookRecHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api").WithTags("Operations").AllowAnonymous();

        group.MapGet("/live", () => TypedResults.Ok(new Liveness("alive")))
            .WithSummary("Whether the process answers; touches no dependency");
        group.MapGet("/ready", Ready)
            .WithSummary("Whether traffic may be sent here; 503 names what is missing")
            .Produces<Readiness>(StatusCodes.Status503ServiceUnavailable);
        group.MapGet("/health", Health)
            .WithSummary("Every dependency with its latency")
            .Produces<HealthOverview>(StatusCodes.Status503ServiceUnavailable);
        return group;
    }

    private static async Task<Results<Ok<Readiness>, JsonHttpResult<Readiness>>> Ready(HealthCheckService checks, CancellationToken cancelled)
    {
        var report = await checks.CheckHealthAsync(check => check.Tags.Contains(HealthSetup.Ready), cancelled);
        var missing = report.Entries.Where(e => e.Value.Status == HealthStatus.Unhealthy).Select(Dependency).ToList();
        return missing.Count == 0
            ? TypedResults.Ok(new Readiness("ready", []))
            : TypedResults.Json(new Readiness("not_ready", missing), statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<Results<Ok<HealthOverview>, JsonHttpResult<HealthOverview>>> Health(HealthCheckService checks, CancellationToken cancelled)
    {
        var report = await checks.CheckHealthAsync(cancelled);
        var overview = new HealthOverview(Word(report.Status), [.. report.Entries.Select(Dependency)]);
        return report.Status == HealthStatus.Unhealthy
            ? TypedResults.Json(overview, statusCode: StatusCodes.Status503ServiceUnavailable)
            : TypedResults.Ok(overview);
    }

    private static DependencyHealth Dependency(KeyValuePair<string, HealthReportEntry> entry)
        => new(entry.Key, Word(entry.Value.Status), Math.Round(entry.Value.Duration.TotalMilliseconds, 1), entry.Value.Description);

    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
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
