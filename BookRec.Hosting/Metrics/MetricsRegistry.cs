using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Prometheus;

namespace BookRec.Hosting.Metrics;

/// <summary>What this host reports to Prometheus: its requests, the runtime, and the meters of Orleans and of our grains.</summary>
internal sealed class MetricsRegistry : IHostedService, IDisposable
{
    private static readonly HashSet<string> Meters = ["Microsoft.Orleans", "BookRec"];

    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly MeterBridge _bridge;

    public MetricsRegistry()
    {
        var factory = Prometheus.Metrics.WithCustomRegistry(_registry);
        factory.ExemplarBehavior = new ExemplarBehavior { DefaultExemplarProvider = TraceUnderWay, NewExemplarMinInterval = TimeSpan.FromSeconds(1) };
        Factory = factory;
        DotNetStats.Register(_registry);
        _bridge = new MeterBridge(_registry, Factory, Meters);
    }

    public IMetricFactory Factory { get; }

    /// <summary>Begins to listen with the host, not with the first scrape.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Everything, as Prometheus' text or, with exemplars, as OpenMetrics.</summary>
    public Task Write(Stream output, ExpositionFormat format, CancellationToken cancellationToken)
        => _registry.CollectAndExportAsTextAsync(output, format, cancellationToken);

    public void Dispose() => _bridge.Dispose();

    /// <summary>From a slow bucket to a trace that shows why; only traces that are kept.</summary>
    private static Exemplar TraceUnderWay(Collector metric, double value)
        => Activity.Current is { Recorded: true } ? Exemplar.FromTraceContext() : Exemplar.None;
}
