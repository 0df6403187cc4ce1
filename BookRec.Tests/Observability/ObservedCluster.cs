using BookRec.Tests.Support;

namespace BookRec.Tests.Observability;

/// <summary>One silo and one front that send their traces to a collector and train in shards, as a larger cluster does.</summary>
public sealed class ObservedCluster(TestPostgres postgres) : IAsyncLifetime
{
    internal OtlpReceiver Collector { get; } = new();

    public RunningCluster Cluster { get; } = new(postgres);

    public ClusterProcess Front => Cluster["api-1"];

    public ClusterProcess Silo => Cluster["silo-1"];

    public async ValueTask InitializeAsync()
    {
        await Collector.Start();
        await Cluster.StartServers(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", Collector.Url),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "100"),
            ("BookRec__Training__Shards", "2"));
        await Cluster.Start("silo-1", "api-1");
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await Collector.DisposeAsync();
    }
}
