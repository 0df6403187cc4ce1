using Prometheus;

namespace BookRec.Hosting.Metrics;

/// <summary>Requests by method, route template and status: labels whose values the caller cannot invent.</summary>
internal sealed class RequestMetrics(MetricsRegistry registry)
{
    private readonly Histogram _duration = registry.Factory.CreateHistogram(
        "http_request_duration_seconds",
        "Time from the first byte read to the last byte written, by route template.",
        ["method", "route", "status"],
        new HistogramConfiguration { Buckets = Buckets.Seconds });

    public void Observe(string method, string route, string status, TimeSpan elapsed)
        => _duration.WithLabels(method, route, status).Observe(elapsed.TotalSeconds);
}
