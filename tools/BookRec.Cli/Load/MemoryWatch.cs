using System.Text.Json.Nodes;
using BookRec.Cli.Cluster;
using BookRec.Cli.Output;
using Spectre.Console;

namespace BookRec.Cli.Load;

/// <summary>What the processes of a cluster on this machine hold in memory while it is loaded.</summary>
sealed class MemoryWatch(LocalCluster cluster, TimeProvider time)
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    readonly Dictionary<string, List<MemorySample>> samples = [];

    /// <summary>Looks now and then until it is told to end.</summary>
    public async Task Run(CancellationToken ended)
    {
        var began = time.GetTimestamp();
        while (!ended.IsCancellationRequested)
        {
            foreach (var part in cluster.Parts)
            {
                if (cluster.State.Running(part.Name) is not { } process)
                    continue;
                if (!samples.TryGetValue(part.Name, out var ofPart))
                    samples[part.Name] = ofPart = [];
                ofPart.Add(new(time.GetElapsedTime(began), process.Tree().Sum(p => p.MemoryBytes)));
            }

            await time.Pause(Interval, ended);
        }
    }

    public void Report(IAnsiConsole console)
    {
        var table = console.NewTable("Memory", "At first", "At half", "At last", "Largest", "Growth in the second half");
        foreach (var (name, ofPart) in samples)
        {
            var trend = MemoryTrend.Of(ofPart);
            table.Row(
                name, ConsoleText.Size(trend.First), ConsoleText.Size(trend.Half), ConsoleText.Size(trend.Last), ConsoleText.Size(trend.Largest),
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{trend.BytesPerMinute / 1e6:0.0} MB a minute"));
        }

        console.Write(table);
    }

    public JsonObject Json()
    {
        var json = new JsonObject();
        foreach (var (name, ofPart) in samples)
        {
            var trend = MemoryTrend.Of(ofPart);
            json[name] = new JsonObject
            {
                ["first_bytes"] = trend.First,
                ["half_bytes"] = trend.Half,
                ["last_bytes"] = trend.Last,
                ["largest_bytes"] = trend.Largest,
                ["growth_bytes_per_minute"] = Math.Round(trend.BytesPerMinute),
            };
        }

        return json;
    }
}

/// <param name="At">Since the watch began.</param>
/// <param name="Bytes">Of the process and all it has started.</param>
readonly record struct MemorySample(TimeSpan At, long Bytes);

/// <param name="Half">After half of the time.</param>
/// <param name="BytesPerMinute">Slope of the least-squares line through the second half: by then caches are warm.</param>
sealed record MemoryTrend(long First, long Half, long Last, long Largest, double BytesPerMinute)
{
    /// <param name="samples">In the order of time; at least one.</param>
    public static MemoryTrend Of(IReadOnlyList<MemorySample> samples)
    {
        var later = samples.Where(s => s.At >= samples[^1].At / 2).ToList();
        var (minutes, bytes) = (later.Average(s => s.At.TotalMinutes), later.Average(s => (double)s.Bytes));
        var spread = later.Sum(s => Math.Pow(s.At.TotalMinutes - minutes, 2));
        var slope = spread > 0 ? later.Sum(s => (s.At.TotalMinutes - minutes) * (s.Bytes - bytes)) / spread : 0;
        return new(samples[0].Bytes, later[0].Bytes, samples[^1].Bytes, samples.Max(s => s.Bytes), slope);
    }
}
