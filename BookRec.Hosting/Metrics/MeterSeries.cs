using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Prometheus;

namespace BookRec.Hosting.Metrics;

/// <summary>One instrument of a .NET meter as Prometheus sees it: a line for each set of labels. Safe from any thread.</summary>
/// <param name="round">The number of the scrape under way.</param>
internal sealed class MeterSeries(Instrument instrument, IMetricFactory factory, Func<int> round)
{
    /// <summary>Lines of one instrument; those beyond are left out, so that no label can fill the memory.</summary>
    public const int MaximumLines = 1000;

    private readonly ConcurrentDictionary<string, Line> _lines = new(StringComparer.Ordinal);
    private readonly Kind _kind = KindOf(instrument);
    private readonly string _name = NameOf(instrument);

    private enum Kind
    {
        /// <summary>Grows by each measurement.</summary>
        Counter,

        /// <summary>Is told its total.</summary>
        Total,

        /// <summary>Goes up and down by each measurement.</summary>
        Level,

        /// <summary>Is told its value.</summary>
        Gauge,

        Histogram,
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = KeyOf(tags);
        if (!_lines.TryGetValue(key, out var line))
        {
            if (_lines.Count >= MaximumLines)
                return;
            var (names, values) = Labels(tags);
            line = _lines.GetOrAdd(key, _ => NewLine(names, values));
        }

        line.Seen = round();
        line.Record(value);
    }

    /// <summary>Takes out what the scrape under way was not told of.</summary>
    public void DropUnseen()
    {
        foreach (var (key, line) in _lines)
        {
            if (line.Seen != round() && _lines.TryRemove(key, out _))
                line.Drop();
        }
    }

    /// <summary>
    /// The meter's last name, then the instrument's: <c>bookrec_interactions_total</c>. An instrument that begins with its meter's name already
    /// keeps its own.
    /// </summary>
    public static string NameOf(Instrument instrument)
    {
        var meter = Snake(instrument.Meter.Name[(instrument.Meter.Name.LastIndexOf('.') + 1)..]);
        var own = Snake(instrument.Name);
        var name = own.StartsWith(meter + "_", StringComparison.Ordinal) ? own : $"{meter}_{own}";
        return KindOf(instrument) is Kind.Counter or Kind.Total && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static Kind KindOf(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        return type == typeof(Counter<>) ? Kind.Counter
            : type == typeof(ObservableCounter<>) ? Kind.Total
            : type == typeof(UpDownCounter<>) ? Kind.Level
            : type == typeof(Histogram<>) ? Kind.Histogram
            : Kind.Gauge;
    }

    private static string Snake(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_'));

    private static string KeyOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";
        var parts = new string[tags.Length];
        for (var i = 0; i < tags.Length; i++)
            parts[i] = $"{tags[i].Key}\u001f{tags[i].Value}";
        return string.Join('\u001e', parts);
    }

    private static (string[] Names, string[] Values) Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = tags.ToArray();
        return ([.. labels.Select(l => Snake(l.Key))], [.. labels.Select(l => Convert.ToString(l.Value, System.Globalization.CultureInfo.InvariantCulture) ?? "")]);
    }

    private Line NewLine(string[] names, string[] values)
    {
        var help = instrument.Description ?? "";
        switch (_kind)
        {
            case Kind.Counter:
                return new Line(factory.CreateCounter(_name, help, names).WithLabels(values).Inc);
            case Kind.Total:
                var total = factory.CreateCounter(_name, help, names);
                var sum = total.WithLabels(values);
                return new Line(sum.IncTo, values.Length == 0 ? sum.Unpublish : () => total.RemoveLabelled(values));
            case Kind.Level:
                return new Line(factory.CreateGauge(_name, help, names).WithLabels(values).Inc);
            case Kind.Histogram:
                return new Line(factory.CreateHistogram(_name, help, names, new HistogramConfiguration { Buckets = Buckets.For(instrument.Unit) }).WithLabels(values).Observe);
            default:
                var gauge = factory.CreateGauge(_name, help, names);
                var state = gauge.WithLabels(values);
                return new Line(state.Set, values.Length == 0 ? state.Unpublish : () => gauge.RemoveLabelled(values));
        }
    }

    /// <param name="drop">Null where nothing is ever dropped: what counts by itself is not observed.</param>
    private sealed class Line(Action<double> record, Action? drop = null)
    {
        public int Seen { get; set; }

        public void Record(double value) => record(value);

        public void Drop() => drop?.Invoke();
    }
}
