using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using BookRec.Engine.Data;
using BookRec.Engine.Factorization;
using Spectre.Console;

namespace BookRec.Bench.Training;

/// <summary>
/// Trains on <see cref="Synth6m"/> and compares the time with what the machine could do at its peak, and with one thread; the memory with
/// what the data and the factors take.
/// </summary>
static class TrainingBench
{
    const double MemoryAllowance = 100e6;

    public static void Run(int[] factors, int iterations, int rounds, int threads, FileInfo? json, CancellationToken cancellationToken)
    {
        AnsiConsole.MarkupLine("[grey]synth6m is being generated …[/]");
        var interactions = Synth6m.Generate();
        var table = new Table().AddColumns(
            "factors", "threads", "seconds per iteration", "fastest … slowest", "peak GFLOP/s", "fraction of peak", "× one thread", "memory MB", "goal MB");
        var numbers = new JsonArray();
        foreach (var f in factors)
        {
            var row = Measure(interactions, f, iterations, rounds, threads, cancellationToken);
            table.AddRow(
                $"{f}", $"{threads}", Number(row.Seconds, "f3"), $"{Number(row.Fastest, "f3")} … {Number(row.Slowest, "f3")}", Number(row.Peak, "f0"),
                Number(row.Fraction, "f3"), Number(row.Speedup, "f2"), Number(row.Memory / 1e6, "f0"), Number(row.MemoryGoal / 1e6, "f0"));
            numbers.Add(row.ToJson());
        }

        AnsiConsole.Write(table);
        BenchOutput.Write(json, factors.Length == 1 ? numbers[0]!.DeepClone() : numbers);
    }

    static Row Measure(InteractionMatrix interactions, int factors, int iterations, int rounds, int threads, CancellationToken cancellationToken)
    {
        // In a run of its own: what looks at the memory would take its time from the threads. It compiles the kernels as well.
        var grown = Memory(interactions, factors, threads, cancellationToken);
        var peak = PeakMeter.Measure(threads);
        var (seconds, alone) = Seconds(interactions, factors, iterations, rounds, threads, cancellationToken);

        // The peak once more, since other work on the machine takes its share of both.
        peak = Math.Max(peak, PeakMeter.Measure(threads));
        var median = BenchOutput.Median(seconds);
        var rows = interactions.Rows + interactions.Columns;

        // One copy of the interactions, 8 bytes each, is there before; the training makes the other one.
        var goal = (4.0 * rows * factors) + (8.0 * interactions.Count) + MemoryAllowance;
        return new(
            factors, threads, median, seconds.Min(), seconds.Max(), peak, Flops(interactions.Count, rows, factors) / (peak * 1e9) / median,
            BenchOutput.Median(alone) / median, grown, goal);
    }

    static long Memory(InteractionMatrix interactions, int factors, int threads, CancellationToken cancellationToken)
    {
        using var memory = new MemoryMeter();
        AlsTrainer.Train(interactions, new() { Factors = factors, Epochs = 2, Threads = threads }, null, cancellationToken);
        return memory.Grown;
    }

    /// <summary>Of epochs with all threads and with one in turn, so that what the machine does besides meets both.</summary>
    static (List<double> Together, List<double> Alone) Seconds(
        InteractionMatrix interactions, int factors, int iterations, int rounds, int threads, CancellationToken cancellationToken)
    {
        AlsTraining Training(int threads) => new(interactions, new() { Factors = factors, Threads = threads });
        var (together, alone) = (Training(threads), Training(1));
        var (manySeconds, oneSeconds) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            RunEpochs(together, threads, iterations, manySeconds, cancellationToken);
            RunEpochs(alone, 1, iterations, oneSeconds, cancellationToken);
        }

        return (manySeconds, oneSeconds);
    }

    /// <summary>The first does not count: it wakes the processors.</summary>
    static void RunEpochs(AlsTraining training, int threads, int count, List<double> seconds, CancellationToken cancellationToken)
    {
        training.RunEpoch(cancellationToken);
        for (var epoch = 0; epoch < count; epoch++)
        {
            var start = Stopwatch.GetTimestamp();
            var loss = training.RunEpoch(cancellationToken);
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            AnsiConsole.MarkupLine($"[grey]threads {threads}, epoch {seconds.Count}: {seconds[^1]:f3} s, loss {loss:f4}[/]");
        }
    }

    /// <summary>Of one epoch solved exactly: rank-k updates of one triangle, factorizations and solves, both Gramians.</summary>
    static double Flops(double interactions, double rows, double f)
        => (2 * interactions * f * (f + 1)) + (rows * ((f * f * f / 3) + (2 * f * f))) + (rows * f * (f + 1));

    static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    /// <param name="Speedup">Seconds of one thread over seconds of all.</param>
    sealed record Row(
        int Factors, int Threads, double Seconds, double Fastest, double Slowest, double Peak, double Fraction, double Speedup, double Memory, double MemoryGoal)
    {
        public JsonObject ToJson() => new()
        {
            ["workload"] = "synth6m",
            ["factors"] = Factors,
            ["threads"] = Threads,
            ["seconds_per_iteration"] = Seconds,
            ["fastest"] = Fastest,
            ["slowest"] = Slowest,
            ["peak_gflops"] = Peak,
            ["fraction_of_peak"] = Fraction,
            ["speedup_over_one_thread"] = Speedup,
            ["memory_bytes"] = Memory,
            ["memory_goal_bytes"] = MemoryGoal,
        };
    }
}
