using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Prometheus;

namespace BookRec.Hosting.Metrics;

/// <summary>What this host reports to Prometheus: its requests, the runtime, and the meters of Orleans and of our grains.</summary>
internal sealed class MetricsRegistry : IHostedService, IDisposable
{
    private static readonly HashSet<string> Meters = ["Microsoft.Orleans", "BookRec"];

    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly IDisposable _adapter;

    public MetricsRegistry()
    {
        Factory = Prometheus.Metrics.WithCustomRegistry(_registry);
        DotNetStats.Register(_registry);
        _adapter = MeterAdapter.StartListening(new MeterAdapterOptions
        {
            Registry = _registry,
            MetricFactory = Factory,
            InstrumentFilterPredicate = instrument => Meters.Contains(instrument.Meter.Name),
            ResolveHistogramBuckets = BucketsOf,
        });
    }

    public IMetricFactory Factory { get; }

    /// <summary>Collects once, because the adapter reports a meter only from its first collection on.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => Write(Stream.Null, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Everything, in Prometheus' text format.</summary>
    public Task Write(Stream output, CancellationToken cancellationToken) => _registry.CollectAndExportAsTextAsync(output, cancellationToken);

    public void Dispose() => _adapter.Dispose();

    private static double[] BucketsOf(Instrument instrument) => Buckets.For(instrument.Unit);
}
