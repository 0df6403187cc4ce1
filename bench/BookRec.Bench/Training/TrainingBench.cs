using System.Text.Json.Nodes;
using BookRec.Engine.Factorization;
using Spectre.Console;

namespace BookRec.Bench.Training;

/// <summary>Trains on <see cref="Synth6m"/> and compares the time with what the machine could do at its peak.</summary>
static class TrainingBench
{
    public static void Run(int factors, int iterations, int threads, FileInfo? json, CancellationToken cancellationToken)
    {
        AnsiConsole.MarkupLine("[grey]synth6m is being generated …[/]");
        var interactions = Synth6m.Generate();
        var peak = PeakMeter.Measure(threads);
        var seconds = new List<double>();
        var options = new AlsOptions { Factors = factors, Epochs = iterations + 1, Threads = threads };
        AlsTrainer.Train(interactions, options, new EpochTimes(seconds), cancellationToken);

        // The first epoch compiles the kernels. The peak once more, since other work on the machine takes its share of both.
        var median = BenchOutput.Median(seconds.Skip(1));
        peak = Math.Max(peak, PeakMeter.Measure(threads));
        var fraction = Flops(interactions.Count, interactions.Rows + interactions.Columns, factors) / (peak * 1e9) / median;
        var table = new Table().AddColumns("factors", "threads", "seconds per iteration", "peak GFLOP/s", "fraction of peak");
        table.AddRow($"{factors}", $"{threads}", $"{median:f3}", $"{peak:f0}", $"{fraction:f3}");
        AnsiConsole.Write(table);
        BenchOutput.Write(json, new JsonObject
        {
            ["workload"] = "synth6m",
            ["factors"] = factors,
            ["threads"] = threads,
            ["seconds_per_iteration"] = median,
            ["peak_gflops"] = peak,
            ["fraction_of_peak"] = fraction,
        });
    }

    /// <summary>Of one epoch solved exactly: rank-k updates of one triangle, factorizations and solves, both Gramians.</summary>
    static double Flops(double interactions, double rows, double f)
        => (2 * interactions * f * (f + 1)) + (rows * ((f * f * f / 3) + (2 * f * f))) + (rows * f * (f + 1));

    sealed class EpochTimes(List<double> seconds) : IProgress<EpochReport>
    {
        public void Report(EpochReport value)
        {
            seconds.Add(value.Seconds);
            AnsiConsole.MarkupLine($"[grey]epoch {value.Epoch}: {value.Seconds:f3} s, loss {value.Loss:f4}[/]");
        }
    }
}
