using System.Diagnostics;
using BookRec.Engine.Data;
using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;
using BookRec.Grains.Interfaces.Training;
using Orleans.Concurrency;

namespace BookRec.Grains.Training.Sharding;

/// <inheritdoc cref="ITrainingShardGrain"/>
/// <remarks>
/// Reentrant, so that a caller who asks again joins the work under way. One that nobody asks for two minutes goes, with its memory: its
/// coordinator is gone, or comes back and pays for one read of the slice.
/// </remarks>
[Reentrant, CollectionAgeLimit(Minutes = 2)]
public sealed class TrainingShardGrain(ShardHost host, RunBlobs blobs, ILocalSiloDetails silo, TimeProvider time) : Grain, ITrainingShardGrain
{
    /// <summary>How long a caller waits for an answer; well below any response timeout.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private InteractionMatrix? _slice;
    private Work? _work;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        host.Join(this.GetGrainId());
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _work?.Stop();
        host.Leave(this.GetGrainId());
        return Task.CompletedTask;
    }

    public async Task<ShardSolved?> Solve(ShardTask task)
    {
        var work = _work;
        if (work is null || task.Step > work.Step || work.Result.IsFaulted || work.Result.IsCanceled)
        {
            work?.Stop();
            var stopping = new CancellationTokenSource();
            _work = work = new Work(task.Step, Solve(task, stopping.Token), stopping);
        }
        else if (task.Step < work.Step)
        {
            throw new InvalidOperationException($"This shard is at half-step {work.Step}; half-step {task.Step} is over.");
        }

        return await Task.WhenAny(work.Result, Task.Delay(Patience, time)) == work.Result ? await work.Result : null;
    }

    public Task Release()
    {
        _work?.Stop();
        _slice = null;
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private async Task<ShardSolved> Solve(ShardTask task, CancellationToken cancellationToken)
    {
        var read = 0L;
        if (_slice is null)
        {
            var bytes = await blobs.Read(task.Slice, cancellationToken);
            _slice = await Task.Run(() => InteractionSlice.Read(bytes), cancellationToken);
            read += bytes.LongLength;
        }

        var slice = _slice;
        var fixedSide = await host.Fixed(task, cancellationToken);
        read += fixedSide.TakeBytesRead();
        var solved = await host.Compute(threads => Compute(slice, fixedSide, task.Settings, threads, cancellationToken), cancellationToken);
        var name = $"{task.Step:D4}-{(task.Side == TrainingSide.Users ? "users" : "books")}/{task.FirstRow:D10}";
        var blob = await blobs.Put(task.RunId, name, solved.Rows, cancellationToken);
        TrainingMetrics.ShardSolved(task.Side, solved.Seconds, read, blob.Bytes);
        return new ShardSolved(
            new FactorRows(task.FirstRow, slice.Rows, blob), solved.Loss, solved.Regularization, solved.Seconds, silo.Name, read, blob.Bytes,
            InteractionSlice.BytesOf(slice.Rows, slice.Count), fixedSide.Bytes);
    }

    private static Block Compute(InteractionMatrix slice, FixedSide fixedSide, FactorSettings settings, int threads, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var options = new AlsOptions
        {
            Factors = settings.Factors,
            UnobservedWeight = settings.UnobservedWeight,
            Regularization = settings.Regularization,
            RegularizationExponent = settings.RegularizationExponent,
            Threads = threads,
        };
        var rows = new FactorMatrix(slice.Rows, settings.Factors);
        var loss = AlsHalfStep.SolveRows(slice, 0, slice.Rows, fixedSide.Factors, fixedSide.Gramian, rows, options, cancellationToken);
        var regularization = Objective.Regularization(slice, rows, options);
        return new Block(FactorBlock.Write(rows, 0, rows.Rows), loss, regularization, Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private sealed record Block(byte[] Rows, double Loss, double Regularization, double Seconds);

    /// <summary>One half-step's work. The source is never disposed: it has no timer, and the work may look at its token after it was stopped.</summary>
    private sealed record Work(int Step, Task<ShardSolved> Result, CancellationTokenSource Stopping)
    {
        public void Stop() => Stopping.Cancel();
    }
}
