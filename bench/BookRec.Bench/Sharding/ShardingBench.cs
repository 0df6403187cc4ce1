using System.Text.Json.Nodes;
using BookRec.Bench.Training;
using BookRec.Engine.Data;
using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;
using BookRec.Grains.Options;
using BookRec.Grains.Training;
using BookRec.Grains.Training.Sharding;
using BookRec.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.TestingHost;
using Spectre.Console;

namespace BookRec.Bench.Sharding;

/// <summary>
/// Trains on a part of <see cref="Synth6m"/> in one process without shards, and then on clusters of silos that share this process's cores
/// and a folder of blobs. So the time says what sharding costs and what it gains on this machine's cores, not what a network adds.
/// </summary>
static class ShardingBench
{
    public static async Task<int> Run(int[] silos, int users, int factors, int epochs, int threads, FileInfo? json, CancellationToken cancellationToken)
    {
        AnsiConsole.MarkupLine("[grey]synth6m is being generated …[/]");
        var interactions = InteractionSlice.Read(InteractionSlice.Write(Synth6m.Generate(), 0, users));
        var als = new AlsOptions { Factors = factors, Epochs = epochs + 1, Threads = threads };
        var alone = new EpochCosts();
        var expected = AlsTrainer.Train(interactions, als, alone, cancellationToken);

        var table = new Table().AddColumns(
            "silos", "shards a side", "seconds per epoch", "CPU seconds per epoch", "most memory on a silo", "bytes moved per epoch", "factors");
        table.AddRow("none", "", $"{alone.Seconds:f3}", $"{alone.CpuSeconds:f3}", "", "", "");
        var rows = new JsonArray();
        foreach (var count in silos)
        {
            var result = await Measure(count, interactions, als, cancellationToken);
            var difference = LargestDifference(expected.BookFactors, result.Books);
            table.AddRow(
                $"{count}", $"{4 * count}", $"{result.Costs.Seconds:f3}", $"{result.Costs.CpuSeconds:f3}", $"{result.Memory / 1e6:f1} MB", $"{result.BytesPerEpoch / 1e6:f1} MB",
                difference == 0 ? "the same bits" : $"differ by {difference:g2}");
            rows.Add(new JsonObject
            {
                ["silos"] = count,
                ["seconds_per_epoch"] = result.Costs.Seconds,
                ["cpu_seconds_per_epoch"] = result.Costs.CpuSeconds,
                ["memory_bytes"] = result.Memory,
                ["bytes_per_epoch"] = result.BytesPerEpoch,
                ["largest_difference"] = difference,
            });
        }

        AnsiConsole.MarkupLine($"{interactions.Rows} users, {interactions.Columns} books, {interactions.Count} interactions, {factors} factors, {threads} threads in each silo");
        AnsiConsole.Write(table);
        BenchOutput.Write(json, new JsonObject
        {
            ["interactions"] = interactions.Count,
            ["factors"] = factors,
            ["threads"] = threads,
            ["alone_seconds_per_epoch"] = alone.Seconds,
            ["alone_cpu_seconds_per_epoch"] = alone.CpuSeconds,
            ["clusters"] = rows,
        });
        return 0;
    }

    static async Task<Result> Measure(int silos, InteractionMatrix interactions, AlsOptions als, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("bookrec-bench-");
        var builder = new InProcessTestClusterBuilder((short)silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) => silo.Services
            .AddSingleton(TimeProvider.System)
            .AddSingleton(Options.Create(new TrainingOptions { Shards = 4 * silos, Threads = als.Threads }))
            .AddSingleton<IBlobStore>(new FileBlobStore(folder.FullName))
            .AddShards());
        var cluster = builder.Build();
        try
        {
            await cluster.DeployAsync(cancellationToken);
            var progress = new FactorizationProgress(als.Epochs, []);
            var (moved, costs) = (new List<long>(), new EpochCosts());
            var job = new FactorizationJob(Guid.NewGuid(), 1, null, progress, _ =>
            {
                var epoch = progress.Epochs[^1];
                costs.Report(new EpochReport(epoch.Epoch, epoch.Loss, epoch.Seconds));
                moved.Add(progress.Table!.Show().BytesMoved);
                return Task.CompletedTask;
            });
            var books = new Vocabulary([.. Enumerable.Range(0, interactions.Columns).Select(i => (long)i)]);
            var model = await cluster.Silos[0].ServiceProvider.GetRequiredService<ShardedTrainer>().Train(interactions, books, als, job, cancellationToken);
            return new Result(
                costs,
                progress.Table!.Show().Silos.Max(s => s.MemoryBytes),
                BenchOutput.Median(moved.Zip(moved.Skip(1), (before, after) => (double)(after - before))),
                model.BookFactors);
        }
        finally
        {
            await cluster.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    static float LargestDifference(FactorMatrix a, FactorMatrix b)
    {
        var largest = 0f;
        for (var i = 0; i < a.Values.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(a.Values[i] - b.Values[i]));
        }

        return largest;
    }

    sealed record Result(EpochCosts Costs, long Memory, double BytesPerEpoch, FactorMatrix Books);

    /// <summary>
    /// Medians over the epochs after the first, which compiles the kernels. On a machine that others use too, the CPU time of the process
    /// is worth more than the time on the clock, but leaves out waiting for files.
    /// </summary>
    sealed class EpochCosts : IProgress<EpochReport>
    {
        readonly List<double> _seconds = [];
        readonly List<double> _cpu = [];

        public double Seconds => BenchOutput.Median(_seconds.Skip(1));

        public double CpuSeconds => BenchOutput.Median(_cpu.Zip(_cpu.Skip(1), (before, after) => after - before));

        public void Report(EpochReport value)
        {
            _seconds.Add(value.Seconds);
            _cpu.Add(Environment.CpuUsage.TotalTime.TotalSeconds);
        }
    }
}
