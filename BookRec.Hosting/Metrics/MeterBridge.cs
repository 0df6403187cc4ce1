using System.Diagnostics.Metrics;
using Prometheus;

namespace BookRec.Hosting.Metrics;

/// <summary>
/// Brings .NET's meters to Prometheus: counters as counters that never forget, gauges as they are at the moment of the scrape, so that what
/// an instrument no longer tells of is gone from the next one.
/// </summary>
internal sealed class MeterBridge : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _collecting = new();
    private readonly List<MeterSeries> _observed = [];
    private int _round;

    /// <param name="registry">Where the scrape reads.</param>
    /// <param name="factory">Of that registry.</param>
    /// <param name="meters">The names of the meters to report; all others are left alone.</param>
    public MeterBridge(CollectorRegistry registry, IMetricFactory factory, IReadOnlySet<string> meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (meters.Contains(instrument.Meter.Name))
                Enable(instrument, listener, factory);
        };
        _listener.SetMeasurementEventCallback<byte>((_, value, tags, series) => Record(series, value, tags));
        _listener.SetMeasurementEventCallback<short>((_, value, tags, series) => Record(series, value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, series) => Record(series, value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, series) => Record(series, value, tags));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, series) => Record(series, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, series) => Record(series, value, tags));
        _listener.SetMeasurementEventCallback<decimal>((_, value, tags, series) => Record(series, (double)value, tags));
        _listener.Start();
        registry.AddBeforeCollectCallback(Collect);
    }

    public void Dispose() => _listener.Dispose();

    private void Enable(Instrument instrument, MeterListener listener, IMetricFactory factory)
    {
        var series = new MeterSeries(instrument, factory, () => Volatile.Read(ref _round));
        if (instrument.IsObservable)
        {
            lock (_collecting)
                _observed.Add(series);
        }

        listener.EnableMeasurementEvents(instrument, series);
    }

    private static void Record(object? series, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => ((MeterSeries)series!).Record(value, tags);

    private void Collect()
    {
        lock (_collecting)
        {
            _round++;
            _listener.RecordObservableInstruments();
            foreach (var series in _observed)
                series.DropUnseen();
        }
    }
}
