using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using BookRec.Engine.Data;
using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;
using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Interfaces.Training;
using BookRec.Grains.Options;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BookRec.Grains.Training.Sharding;

/// <summary>Where a training can be taken up: the books' factors after an epoch. Users need none, since an epoch begins by solving them.</summary>
/// <param name="Epoch">Completed epochs.</param>
/// <param name="Catalogue">SHA-256 of the ids of the books, in their order.</param>
/// <param name="Books">Blobs of the books' factors.</param>
public sealed record TrainingCheckpoint(int Epoch, string Catalogue, int Seed, FactorSettings Settings, IReadOnlyList<FactorRows> Books)
{
    /// <summary>b. The weights themselves may have moved since, like the interactions.</summary>
    public double PopularityExponent { get; init; }
}

/// <summary>One attempt at one run.</summary>
/// <param name="Checkpoint">Of an earlier attempt, or null.</param>
/// <param name="Progress">Told how far it is.</param>
/// <param name="Write">Writes a checkpoint down; when that fails, the training stops.</param>
public sealed record FactorizationJob(
    Guid RunId, int Attempt, TrainingCheckpoint? Checkpoint, FactorizationProgress Progress, Func<TrainingCheckpoint, Task> Write);

/// <summary>
/// The loop of epochs across silos: the counterpart of <see cref="AlsTrainer"/>, and the same arithmetic, row by row. It holds no factors;
/// they lie in the run's blobs, and every half-step hands the shards the references to those of the other side.
/// </summary>
public sealed class ShardedTrainer(
    IGrainFactory grains, TrainingSilos silos, RunBlobs blobs, IOptions<TrainingOptions> options, TimeProvider time, ILogger<ShardedTrainer> log)
{
    private const int ShardsPerSilo = 4;

    /// <summary>Slices and blocks that the coordinator makes and writes at a time.</summary>
    private const int WritesAtOnce = 4;

    private static readonly TimeSpan ReleasePatience = TimeSpan.FromSeconds(5);

    /// <summary>How many shards each side gets now; 0 means that one silo trains alone.</summary>
    public int Shards => options.Value.Shards > 0 ? options.Value.Shards : silos.Active.Count > 1 ? ShardsPerSilo * silos.Active.Count : 0;

    /// <param name="interactions">Users × books.</param>
    /// <param name="books">Their ids.</param>
    /// <returns>
    /// The books' factors after the last epoch, and no users' factors, since a snapshot folds its readers in: bit for bit those of
    /// <see cref="AlsTrainer"/> on machines with the same vector instructions, however many silos and shards.
    /// </returns>
    public async Task<AlsModel> Train(
        InteractionMatrix interactions, Vocabulary books, AlsOptions als, FactorizationJob job, CancellationToken cancellationToken)
    {
        als.Validate();
        var settings = new FactorSettings(als.Factors, als.UnobservedWeight, als.Regularization, als.RegularizationExponent);
        var start = new TrainingCheckpoint(0, CatalogueOf(books), als.Seed, settings, []) { PopularityExponent = als.PopularityExponent };
        await blobs.ClearOthers(job.RunId, cancellationToken);
        var resumed = await CanResume(job.Checkpoint, start, cancellationToken);
        var weights = await Task.Run(() => BookWeights.Of(interactions, als.PopularityExponent), cancellationToken);
        var table = await Divide(await Task.Run(() => interactions.ScaledByColumn(weights), cancellationToken), als.Factors, job, cancellationToken);
        try
        {
            var checkpoint = resumed ? job.Checkpoint! : start with { Books = await WriteFirst(books.Count, als, job.RunId, cancellationToken) };
            if (resumed)
                log.LogInformation("Training run {RunId} goes on after epoch {Epoch}", job.RunId, checkpoint.Epoch);
            job.Progress.Begin(after: checkpoint.Epoch);
            for (var epoch = checkpoint.Epoch + 1; epoch <= als.Epochs; epoch++)
                checkpoint = await RunEpoch(epoch, interactions.Count, table, checkpoint, job, cancellationToken);
            return new AlsModel(als, new FactorMatrix(0, als.Factors), await Collect(checkpoint, books.Count, als.Factors, table, cancellationToken)) { BookWeights = weights };
        }
        finally
        {
            await Release(table);
        }
    }

    /// <summary>SolveHalf(byUser, Y → X); SolveHalf(byBook, X → Y); then the boundary that a killed run comes back to.</summary>
    private async Task<TrainingCheckpoint> RunEpoch(
        int epoch, int interactions, ShardTable table, TrainingCheckpoint before, FactorizationJob job, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        job.Progress.HalfStepsDone = () => table.StepShare;
        var users = await Solve((2 * epoch) - 1, TrainingSide.Users, before.Books);
        job.Progress.HalfStepsDone = () => 1 + table.StepShare;
        var books = await Solve(2 * epoch, TrainingSide.Books, [.. users.Select(s => s.Rows)]);

        var loss = (users.Sum(s => s.Regularization) + books.Sum(s => s.Loss)) / Math.Max(1, interactions);
        var checkpoint = before with { Epoch = epoch, Books = [.. books.Select(s => s.Rows)] };
        job.Progress.HalfStepsDone = null;
        job.Progress.Report(new EpochReport(epoch, loss, Stopwatch.GetElapsedTime(began).TotalSeconds));
        await job.Write(checkpoint);

        // Nobody reads these again: a resumed run begins with the books just written down.
        await blobs.Delete(users.Select(s => s.Rows.Blob).Concat(before.Books.Select(b => b.Blob)).Except(checkpoint.Books.Select(b => b.Blob)), cancellationToken);
        return checkpoint;

        Task<IReadOnlyList<ShardSolved>> Solve(int step, TrainingSide side, IReadOnlyList<FactorRows> other)
            => new HalfStep(grains, silos, table, time, log).Run(job.RunId, step, side, other, before.Settings, cancellationToken);
    }

    /// <summary>Divides both sides, writes each shard's slice where the shard will read it, and chooses its silo.</summary>
    private async Task<ShardTable> Divide(InteractionMatrix byUser, int factors, FactorizationJob job, CancellationToken cancellationToken)
    {
        var active = silos.Active;
        var shards = new List<Shard>();
        foreach (var side in Enum.GetValues<TrainingSide>())
        {
            var matrix = side == TrainingSide.Users ? byUser : await Task.Run(byUser.Transpose, cancellationToken);
            var ranges = await Task.Run(() => ShardPlan.Divide(matrix, Math.Max(1, Shards), factors), cancellationToken);
            var slices = new ArtifactReference[ranges.Count];
            await Parallel.ForEachAsync(
                Enumerable.Range(0, ranges.Count), new ParallelOptions { MaxDegreeOfParallelism = WritesAtOnce, CancellationToken = cancellationToken },
                async (i, cancelled) => slices[i] = await blobs.Put(
                    job.RunId, $"slices-{Name(side)}/{ranges[i].First:D10}", InteractionSlice.Write(matrix, ranges[i].First, ranges[i].Count), cancelled));
            shards.AddRange(ranges.Select((range, i) => new Shard(
                side, i, range, $"{job.RunId:N}-{job.Attempt}/{Name(side)}/{i}", slices[i], active[i % active.Count])));
        }

        var table = new ShardTable(shards, factors);
        job.Progress.Table = table;
        return table;
    }

    private async Task<IReadOnlyList<FactorRows>> WriteFirst(int books, AlsOptions als, Guid runId, CancellationToken cancellationToken)
    {
        var factors = await Task.Run(() => AlsTrainer.InitialFactors(books, als), cancellationToken);
        var blocks = new List<FactorRows>();
        var rowsPerBlock = Math.Max(1, books / Math.Max(1, Shards));
        for (var first = 0; first < books; first += rowsPerBlock)
        {
            var count = Math.Min(rowsPerBlock, books - first);
            blocks.Add(new FactorRows(first, count, await blobs.Put(runId, $"0000-books/{first:D10}", FactorBlock.Write(factors, first, count), cancellationToken)));
        }

        return blocks;
    }

    private async Task<FactorMatrix> Collect(TrainingCheckpoint last, int books, int factors, ShardTable table, CancellationToken cancellationToken)
    {
        var matrix = new FactorMatrix(books, factors);
        foreach (var block in last.Books)
        {
            FactorBlock.Read(await blobs.Read(block.Blob, cancellationToken), matrix, block.First, block.Count);
            table.Moved(block.Blob.Bytes);
        }

        return matrix;
    }

    /// <summary>
    /// A checkpoint holds for the same books and hyperparameters. Users and interactions may have grown since: the next half-step solves
    /// all users anew from what is known now.
    /// </summary>
    private async Task<bool> CanResume(TrainingCheckpoint? checkpoint, TrainingCheckpoint start, CancellationToken cancellationToken)
    {
        if (checkpoint is null || checkpoint with { Epoch = 0, Books = start.Books } != start)
            return false;
        foreach (var block in checkpoint.Books)
            if (!await blobs.Exists(block.Blob, cancellationToken))
                return false;
        return true;
    }

    /// <summary>Best effort: a shard that cannot be told goes by itself when nobody asks for it any more.</summary>
    private async Task Release(ShardTable table)
    {
        var releases = Enum.GetValues<TrainingSide>().SelectMany(table.IndicesOf).Select(table.At).Where(s => s.State != ShardState.Waiting || s.Last is not null)
            .Select(s => grains.GetGrain<ITrainingShardGrain>(s.Key).Release());
        try
        {
            await Task.WhenAll(releases).WaitAsync(ReleasePatience, time);
        }
        catch (Exception e)
        {
            log.LogInformation(e, "Not every shard could be released; they go by themselves");
        }
    }

    private static string Name(TrainingSide side) => side == TrainingSide.Users ? "users" : "books";

    private static string CatalogueOf(Vocabulary books)
    {
        var ids = new long[books.Count];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = books.IdAt(i);
        return Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(ids.AsSpan())));
    }
}
