using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using BookRec.Tests.Cluster;
using BookRec.Tests.Deploy;
using BookRec.Tests.Support;

namespace BookRec.Tests.Observability;

/// <summary>Traces and what leads to them, and the metrics that dashboards and alerts ask for.</summary>
[Collection(nameof(ClusterTests))]
public sealed partial class TracingTests(ObservedCluster observed) : IClassFixture<ObservedCluster>
{
    const string CallersSpan = "00f067aa0ba902b7";

    [Fact]
    public async Task One_trace_leads_from_nginx_through_the_front_and_the_grain_to_the_database()
    {
        var trace = Guid.NewGuid().ToString("N");
        await using var nginx = await RunningNginx.Start([observed.Front.Http.BaseAddress!.Port]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/register")
        {
            Content = JsonContent.Create(new { email = $"{trace}@example.org", password = "a long enough password" }),
        };
        request.Headers.Add("traceparent", $"00-{trace}-{CallersSpan}-01");
        using var answer = await nginx.Client.SendAsync(request);
        await answer.Expect(HttpStatusCode.Created);

        var way = await Way(trace, from: "Npgsql");

        Assert.Equal(("BookRec.Silo", "Npgsql"), way[0]);
        Assert.Contains(("BookRec.Silo", "Microsoft.Orleans.Application"), way);
        Assert.Contains(("BookRec.WebApi", "Microsoft.Orleans.Application"), way);
        Assert.Equal(("BookRec.WebApi", "Microsoft.AspNetCore"), way[^1]);
    }

    [Fact]
    public async Task A_commit_that_many_share_is_in_the_trace_of_the_first()
    {
        var trace = Guid.NewGuid().ToString("N");
        var reader = await observed.Front.NewReader();
        reader.DefaultRequestHeaders.Add("traceparent", $"00-{trace}-{CallersSpan}-01");
        await reader.Record(1, "like");

        var way = await Way(trace, from: "Npgsql", through: "BookRec");

        Assert.Equal(("BookRec.WebApi", "Microsoft.AspNetCore"), way[^1]);
    }

    [Fact]
    public async Task A_latency_has_a_trace_as_its_example()
    {
        var reader = await observed.Front.NewReader();
        await reader.Top();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/metrics");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/openmetrics-text"));

        using var answer = await observed.Front.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal("application/openmetrics-text", answer.Content.Headers.ContentType!.MediaType);
        Assert.EndsWith("# EOF\n", text, StringComparison.Ordinal);
        var traces = Exemplar().Matches(text).Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(traces);
        await observed.Front.Process.Until(() => Task.FromResult(traces.All(t => observed.Collector.Of(t).Count > 0)), "the traces of the examples");
    }

    [Fact]
    public async Task Dashboards_and_alerts_ask_for_metrics_that_are_there()
    {
        var reader = await observed.Front.NewReader();
        await reader.Record(2, "like");
        await reader.Top();
        var ours = MetricNames(await observed.Front.Http.GetStringAsync("/api/metrics")).Union(MetricNames(await observed.Silo.Http.GetStringAsync("/api/metrics")));
        var known = ours.Union(Monitoring.OfOthers).ToHashSet();

        Assert.Equal([], Monitoring.Expressions.SelectMany(e => PromQl.Metrics(e.Expression).Where(m => !known.Contains(m)).Select(m => $"{e.Where}: {m}")).Distinct());
    }

    [Fact]
    public async Task Orleans_reports_with_labels_that_are_few()
    {
        var text = await observed.Silo.Http.GetStringAsync("/api/metrics");
        var lines = text.Split('\n').Where(l => l.StartsWith("orleans_", StringComparison.Ordinal)).GroupBy(l => l.Split('{', ' ')[0]).ToDictionary(g => g.Key, g => g.Count());

        Assert.Contains("orleans_catalog_activations", lines.Keys);
        Assert.Contains("orleans_app_requests_latency_bucket", lines.Keys);
        Assert.All(lines, metric => Assert.InRange(metric.Value, 1, 1000));
    }

    /// <summary>From a span up to the caller's: service and source of each. Waits until all have arrived.</summary>
    async Task<List<(string Service, string Scope)>> Way(string trace, string from, string? through = null)
    {
        List<(string, string)>? way = null;
        await observed.Front.Process.Until(() => Task.FromResult((way = Find()) is not null), $"trace {trace} to lead from {from} to its caller");
        return way!;

        List<(string, string)>? Find()
        {
            var spans = observed.Collector.Of(trace).ToDictionary(s => s.Id);
            return spans.Values.Where(s => s.Scope == from).Select(s => Up(s, spans)).FirstOrDefault(w => w is not null && (through is null || w.Any(s => s.Scope == through)));
        }
    }

    static List<(string Service, string Scope)>? Up(Span span, Dictionary<string, Span> spans)
    {
        List<(string, string)> way = [(span.Service, span.Scope)];
        while (span.ParentId != CallersSpan)
        {
            if (!spans.TryGetValue(span.ParentId, out span!))
                return null;
            way.Add((span.Service, span.Scope));
        }

        return way;
    }

    static IEnumerable<string> MetricNames(string text) => text.Split('\n').Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('{', ' ')[0]);

    [GeneratedRegex("""# \{trace_id="([0-9a-f]{32})""")]
    private static partial Regex Exemplar();
}
