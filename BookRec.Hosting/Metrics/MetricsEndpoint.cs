using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace BookRec.Hosting.Metrics;

public static class MetricsEndpoint
{
    private const string PrometheusText = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Prometheus text at <c>/api/metrics</c>; without a token, so that a proxy must let private networks in only.</summary>
    public static IEndpointConventionBuilder MapBookRecMetrics(this IEndpointRouteBuilder routes)
        => routes.MapGet("/api/metrics", Scrape)
            .WithSummary("Metrics in Prometheus' text format")
            .WithTags("Operations")
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .AllowAnonymous();

    private static async Task Scrape(MetricsRegistry registry, HttpResponse response, CancellationToken cancelled)
    {
        response.ContentType = PrometheusText;
        await registry.Write(response.Body, cancelled);
    }
}
