using System.Diagnostics;
using BookRec.Grains.Interfaces.Training;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Placement;

namespace BookRec.Grains.Training.Sharding;

/// <summary>
/// Gives all shards of one side out, waits for their answers, and gives those of a silo that died to another one. A shard may be asked any
/// number of times and anywhere, since the same task has the same answer.
/// </summary>
public sealed class HalfStep(IGrainFactory grains, TrainingSilos silos, ShardTable table, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a shard may stay out of reach; membership declares a dead silo dead long before.</summary>
    private static readonly TimeSpan MaximumSilence = TimeSpan.FromMinutes(2);

    /// <summary>How often a shard may fail on its silo, for instance because a blob could not be read, before the training fails.</summary>
    private const int MaximumFailures = 3;

    /// <param name="fixedSide">All factors of the other side.</param>
    /// <returns>Of every shard of the side, in the order of their rows, whatever the order in which they answered.</returns>
    public async Task<IReadOnlyList<ShardSolved>> Run(
        Guid runId, int step, TrainingSide side, IReadOnlyList<FactorRows> fixedSide, FactorSettings settings, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        table.Begin(side);
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var solving = table.IndicesOf(side).Select(async index =>
        {
            try
            {
                var shard = table.At(index);
                return await Solve(index, new ShardTask(runId, step, side, shard.Rows.First, shard.Slice, fixedSide, settings), failed.Token);
            }
            catch
            {
                // One shard that cannot be solved ends the half-step: the others need not be waited for.
                await failed.CancelAsync();
                throw;
            }
        }).ToList();
        var solved = await FirstFailureOrAll(solving);
        cancellationToken.ThrowIfCancellationRequested();
        TrainingMetrics.HalfStepEnded(side, Stopwatch.GetElapsedTime(began).TotalSeconds);
        return solved;
    }

    private async Task<ShardSolved> Solve(int index, ShardTask task, CancellationToken cancellationToken)
    {
        var (failures, heard) = (0, Stopwatch.GetTimestamp());
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Place(index) is { } shard)
            {
                try
                {
                    var solved = await Ask(shard, task).WaitAsync(cancellationToken);
                    heard = Stopwatch.GetTimestamp();
                    if (solved is null)
                        continue;
                    table.Solved(index, solved);
                    return solved;
                }
                catch (Exception e) when (IsAway(e) && !cancellationToken.IsCancellationRequested)
                {
                    log.LogInformation(e, "Shard {Shard} on {Silo} does not answer", shard.Key, shard.Silo.Name);
                }
                catch (Exception e) when (e is not OperationCanceledException && ++failures < MaximumFailures)
                {
                    log.LogWarning(e, "Shard {Shard} on {Silo} failed; it is asked again", shard.Key, shard.Silo.Name);
                    heard = Stopwatch.GetTimestamp();
                }
            }

            if (Stopwatch.GetElapsedTime(heard) > MaximumSilence)
                throw new TimeoutException($"Shard {index} of the {task.Side.ToString().ToLowerInvariant()} could not be reached on any silo for {MaximumSilence}.");
            await Task.Delay(RetryDelay, time, cancellationToken);
        }
    }

    /// <returns>The shard on a silo that is active; null when there is none.</returns>
    private Shard? Place(int index)
    {
        var before = table.At(index);
        var shard = table.Reissue(index, silos.Active);
        if (shard is not null && shard.Reissued > before.Reissued)
        {
            log.LogWarning("Shard {Shard} moves from {Silo}, which is gone, to {Target}", shard.Key, before.Silo.Name, shard.Silo.Name);
            TrainingMetrics.ShardReissued();
        }

        return shard;
    }

    private async Task<ShardSolved?> Ask(Shard shard, ShardTask task)
    {
        // The hint decides where a new activation goes; for one that is there already it means nothing. It ends with this method.
        RequestContext.Set(IPlacementDirector.PlacementHintKey, shard.Silo.Address);
        return await grains.GetGrain<ITrainingShardGrain>(shard.Key).Solve(task);
    }

    /// <summary>The silo, the connection or the activation went away while it was asked: nothing is wrong with the task.</summary>
    private static bool IsAway(Exception e) => e is OrleansException or TimeoutException or OperationCanceledException or ObjectDisposedException;

    /// <summary>Like Task.WhenAll, but what is thrown is the failure that cancelled the others, not their cancellation.</summary>
    private static async Task<IReadOnlyList<ShardSolved>> FirstFailureOrAll(List<Task<ShardSolved>> solving)
    {
        try
        {
            return await Task.WhenAll(solving);
        }
        catch
        {
            if (solving.FirstOrDefault(t => t.IsFaulted) is { } culprit)
                await culprit;
            throw;
        }
    }
}
