using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using BookRec.Cli.Cluster;
using BookRec.Cli.Cluster.Processes;
using BookRec.Cli.Output;
using Spectre.Console;

namespace BookRec.Cli.Chaos;

/// <summary><c>chaos</c>: a cluster of its own, harmed at random, and whether it kept its promises.</summary>
static class ChaosCommand
{
    const double DefaultMinutes = 2;
    const int FailuresShown = 8;
    const int ViolationsShown = 20;

    public static Command Create(CliEnvironment environment)
    {
        var seed = new Option<int?>("--seed") { Description = "What happens when; the same seed harms the same processes at the same times. Random unless given" };
        var minutes = new Option<double>("--minutes") { Description = "How long", DefaultValueFactory = _ => DefaultMinutes };
        minutes.Takes<double>("a number from 0.25 to 1440", value => value is > 0.2 and <= 24 * 60);
        var silos = new Option<int>("--silos") { Description = "How many silos", DefaultValueFactory = _ => ClusterSize.DefaultSilos };
        var data = new Option<string?>("--data") { Description = "An empty folder for the cluster, which stays; a temporary one unless given" };
        var command = new Command("chaos", "Kill and pause a cluster of its own at random under traffic, and check that nothing is lost") { seed, minutes, silos, data };
        command.SetAction((parsed, cancellationToken) => Run(
            environment,
            parsed.GetValue(seed) ?? RandomNumberGenerator.GetInt32(100_000),
            TimeSpan.FromMinutes(parsed.GetValue(minutes)),
            parsed.GetValue(silos),
            parsed.GetValue(data),
            cancellationToken));
        return command;
    }

    static async Task<int> Run(CliEnvironment environment, int seed, TimeSpan length, int silos, string? data, CancellationToken cancellationToken)
    {
        var folder = data ?? Directory.CreateTempSubdirectory("bookrec-chaos-").FullName;
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new CliException($"{folder} is not empty; chaos wants a cluster of its own");
        // Directories for temporary files are closed to others; the cluster's is not.
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        environment.Out.Say(string.Create(CultureInfo.InvariantCulture, $"Chaos with seed {seed} for {length.TotalMinutes:0.##} min; the cluster is in {folder}:"));
        var size = new ClusterSize(silos, ClusterSize.DefaultApis, LoopbackPorts.Choose(new HashSet<int>()));
        var cluster = LocalCluster.Open(environment, folder, size);
        var kept = false;
        try
        {
            await cluster.Up(size, cancellationToken);
            using var run = new ChaosRun(environment, cluster, seed, length);
            var outcome = await run.Run(cancellationToken);
            Report(environment.Out, outcome, seed);
            kept = outcome.Violations.Count == 0;
            return kept ? CommandLine.Succeeded : CommandLine.Failed;
        }
        finally
        {
            // Also after Ctrl-C.
            await cluster.Down(CancellationToken.None);
            if (data is null && kept)
                Directory.Delete(folder, recursive: true);
            else
                environment.Out.Say($"The journal, the logs and the data stay in {folder}");
        }
    }

    static void Report(IAnsiConsole console, ChaosOutcome outcome, int seed)
    {
        console.Say($"Seed {seed}: {string.Join(", ", outcome.Troublemaker.Done.Select(done => $"{done.Key} {done.Value} ×"))}; "
            + $"{outcome.Troublemaker.EndedByThemselves} processes ended by themselves");
        var table = console.NewTable("Requests", "Count", "Failed", "p50", "p99", "Longest", "Longest outage");
        foreach (var kind in outcome.Measurements.ByKind())
        {
            table.Row(
                kind.Kind, ConsoleText.Count(kind.Requests), ConsoleText.Count(kind.Failures), Milliseconds(kind.Median), Milliseconds(kind.P99),
                Milliseconds(kind.Longest), ConsoleText.Seconds(kind.LongestOutage));
        }

        console.Write(table);
        foreach (var (failure, count) in outcome.Measurements.Failures().Take(FailuresShown))
            console.Say($"  {count} × {failure}");
        console.Say($"{ConsoleText.Count(outcome.Readers.Count)} readers, {ConsoleText.Count(outcome.Acknowledged)} interactions acknowledged, "
            + $"{ConsoleText.Count(outcome.Readers.Sum(reader => reader.Retries))} retries, {ConsoleText.Count(outcome.Readers.Sum(reader => reader.StaleLists))} lists behind an acknowledgement");
        console.Say($"Training runs: {string.Join(", ", outcome.TrainingRuns.GroupBy(run => run.State).Select(group => $"{group.Count()} {group.Key}"))}; "
            + $"the model everywhere: {outcome.Model ?? "none"}");
        foreach (var reason in outcome.TrainingRuns.Where(run => run.State == "failed").Select(run => run.Reason).Distinct())
            console.Say($"  failed: {reason}");
        foreach (var violation in outcome.Violations.Take(ViolationsShown))
            console.Say($"  VIOLATION {violation}");
        console.Say(outcome.Violations.Count == 0
            ? $"Seed {seed}: nothing lost, nothing doubled, one model everywhere"
            : $"Seed {seed}: {outcome.Violations.Count} violations");
    }

    static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms");
}
