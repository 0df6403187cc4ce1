using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using BookRec.Cli.Cluster;
using BookRec.Cli.Output;
using BookRec.Cli.Server;
using Spectre.Console;

namespace BookRec.Cli.Load;

/// <summary><c>load</c>: readers' traffic at a fixed rate, or the search for the highest rate and what happens beyond it.</summary>
static class LoadCommand
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    static readonly string BeforeTheServers = $"The generator goes before everything else on this machine (niceness {Priority.Niceness}): its readers stand for people elsewhere.";

    const string BesideTheServers = "The generator shares this machine's processors with the servers and may not go before them (root may): latency includes what it waits for itself.";

    const string Positive = "a number above 0";

    static readonly (string Name, double Percentile)[] Percentiles = [("p50", 50), ("p90", 90), ("p99", 99), ("p99.9", 99.9), ("max", 100)];

    public static Command Create(CliEnvironment environment)
    {
        var rate = new Option<double?>("--rate") { Description = "Requests a second, whether they are answered or not" };
        var capacity = new Option<bool>("--capacity") { Description = "Find the highest rate that is served well, then measure the tail at half of it and go to twice of it and back" };
        var minutes = new Option<double>("--minutes") { Description = "How long; with --capacity, of each measurement after the search", DefaultValueFactory = _ => 1 };
        var readers = new Option<int>("--readers") { Description = "How many accounts ask in turn", DefaultValueFactory = _ => 20 };
        var data = new Option<string?>("--data") { Description = "Where the cluster on this machine that is loaded keeps everything: its processes' memory is watched" };
        var json = new Option<FileInfo?>("--json") { Description = "Where to write the figures" };
        var command = new Command("load", "Load a server with readers' traffic; latency counts from when a request was due") { rate, capacity, minutes, readers, data, json };
        var server = new ServerAddress(command);
        rate.Takes<double>(Positive, value => value > 0);
        minutes.Takes<double>(Positive, value => value > 0);
        readers.Takes<int>(Positive, value => value > 0);
        command.Validators.Add(given =>
        {
            if ((given.GetResult(rate) is not null) == given.GetValue(capacity))
                given.AddError("load takes either --rate or --capacity");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var url = server.Url(parsed);
            try
            {
                var memory = parsed.GetValue(data) is { } folder ? new MemoryWatch(LocalCluster.Open(environment, folder), environment.Time) : null;
                using var priority = url.IsLoopback ? Priority.Raise() : null;
                if (url.IsLoopback)
                    environment.Out.Say(priority is null ? BesideTheServers : BeforeTheServers);
                using var traffic = await Begin(environment, url, () => server.Handler(parsed), parsed.GetValue(readers), cancellationToken);
                using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                var watching = memory?.Run(ended.Token) ?? Task.CompletedTask;
                var load = new LoadRun(environment, traffic, cancellationToken);
                var duration = TimeSpan.FromMinutes(parsed.GetValue(minutes));
                var report = parsed.GetValue(rate) is { } fixedRate ? [("steady", await load.At(fixedRate, duration))] : await load.Beyond(duration);
                await ended.CancelAsync();
                await watching;
                await traffic.End();
                Report(environment.Out, report);
                environment.Out.Say($"The generator took {load.ProcessorTimeOfRequest.TotalMilliseconds:0.00} ms of a processor for a request.");
                memory?.Report(environment.Out);
                if (parsed.GetValue(json) is { } file)
                {
                    var figures = Json(report);
                    figures["generator_ms_per_request"] = Math.Round(load.ProcessorTimeOfRequest.TotalMilliseconds, 3);
                    if (memory is not null)
                        figures["memory"] = memory.Json();
                    await File.WriteAllTextAsync(file.FullName, figures.ToJsonString(Indented) + "\n", cancellationToken);
                }

                return CommandLine.Succeeded;
            }
            catch (Exception failure) when (ServerFailure.Describe(failure, url, "a new reader") is { } problem)
            {
                throw problem;
            }
        });
        return command;
    }

    static Task<ReaderTraffic> Begin(CliEnvironment environment, Uri url, Func<HttpMessageHandler> connect, int readers, CancellationToken cancellationToken)
        => ProgressDisplay.Show(environment, "Registering", update => ReaderTraffic.Begin(
            url, connect, readers, environment.Time, done => update((double)done / readers, $"{done} of {readers} readers"), cancellationToken));

    static void Report(IAnsiConsole console, IReadOnlyList<(string Name, LoadFigures Figures)> report)
    {
        var table = console.NewTable(["Load", "Asked", "Rate", "Answered", "Answered/s", "In time/s", "Failed", .. Percentiles.Select(p => p.Name)]);
        foreach (var (name, figures) in report)
        {
            table.Row([name, "all", PerSecond(figures.Rate), ConsoleText.Count(figures.Answered), PerSecond(figures.AnsweredPerSecond), PerSecond(figures.Goodput), ConsoleText.Count(figures.Failed), .. Latencies(figures, null)]);
            foreach (var kind in figures.Kinds)
                table.Row(["", kind, "", ConsoleText.Count(figures.CountOf(kind)), "", "", "", .. Latencies(figures, kind)]);
        }

        console.Write(table);
        foreach (var (name, figures) in report)
        {
            foreach (var (failure, count) in figures.Failures.OrderByDescending(f => f.Value))
                console.Say($"{name}: {ConsoleText.Count(count)} × {failure}");
        }

        if (report.FirstOrDefault(part => part.Name == "recovery").Figures is { } after)
            console.Say(after.HealthyFrom() is { } second ? $"Well again {second} s after the overload." : "Not well again after the overload.");
    }

    static JsonObject Json(IReadOnlyList<(string Name, LoadFigures Figures)> report)
    {
        var json = new JsonObject();
        foreach (var (name, figures) in report)
        {
            var numbers = new JsonObject { ["rate"] = figures.Rate, ["answered_per_second"] = Math.Round(figures.AnsweredPerSecond, 1), ["goodput"] = Math.Round(figures.Goodput, 1), ["answered"] = figures.Answered, ["failed"] = figures.Failed };
            foreach (var (label, percentile) in Percentiles)
                numbers[$"{label}_ms"] = Math.Round(figures.Latency(percentile).TotalMilliseconds, 3);
            if (name == "recovery")
                numbers["well_after_s"] = figures.HealthyFrom();
            json[name] = numbers;
        }

        return json;
    }

    static IEnumerable<string> Latencies(LoadFigures figures, string? kind)
        => Percentiles.Select(p => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{figures.Latency(p.Percentile, kind).TotalMilliseconds:0.0} ms"));

    static string PerSecond(double rate) => $"{ConsoleText.Count(rate)}/s";
}
