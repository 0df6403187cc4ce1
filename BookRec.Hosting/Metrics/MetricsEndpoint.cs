using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Prometheus;

namespace BookRec.Hosting.Metrics;

public static class MetricsEndpoint
{
    private const string PrometheusText = "text/plain; version=0.0.4; charset=utf-8";
    private const string OpenMetrics = "application/openmetrics-text";
    private const string OpenMetricsText = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// <summary>Prometheus text, or OpenMetrics with exemplars for who asks for it, at <c>/api/metrics</c>; without a token, so that a proxy must let private networks in only.</summary>
    public static IEndpointConventionBuilder MapBookRecMetrics(this IEndpointRouteBuilder routes)
        => routes.MapGet("/api/metrics", Scrape)
            .WithSummary("Metrics in Prometheus' text format")
            .WithTags("Operations")
            .Produces<string>(StatusCodes.Status200OK, "text/plain", OpenMetrics)
            .AllowAnonymous();

    private static async Task Scrape(MetricsRegistry registry, HttpRequest request, HttpResponse response, CancellationToken cancelled)
    {
        var exemplars = request.GetTypedHeaders().Accept.Any(accepted => accepted.MediaType.Equals(OpenMetrics, StringComparison.OrdinalIgnoreCase));
        response.ContentType = exemplars ? OpenMetricsText : PrometheusText;
        await registry.Write(response.Body, exemplars ? ExpositionFormat.OpenMetricsText : ExpositionFormat.PrometheusText, cancelled);
    }
}
