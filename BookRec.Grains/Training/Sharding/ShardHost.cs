using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;
using BookRec.Grains.Interfaces.Training;
using BookRec.Grains.Options;
using Microsoft.Extensions.Options;

namespace BookRec.Grains.Training.Sharding;

/// <summary>The side that a half-step holds fixed, with its Gramian.</summary>
public sealed class FixedSide(FactorMatrix factors, FactorMatrix gramian, long bytesRead)
{
    private long _unreported = bytesRead;

    public FactorMatrix Factors => factors;

    public FactorMatrix Gramian => gramian;

    public long Bytes => FactorBlock.BytesOf(factors.Rows, factors.Factors);

    /// <summary>What reading it cost, for the first who asks; 0 for all others, so that it is counted once.</summary>
    public long TakeBytesRead() => Interlocked.Exchange(ref _unreported, 0);
}

/// <summary>
/// What the shards of one silo share (one in each silo): the fixed side, read once for all of them and dropped when the next half-step
/// begins or the last shard leaves; and the turn to compute, so that shards together use no more threads than one.
/// </summary>
public sealed class ShardHost(RunBlobs blobs, IOptions<TrainingOptions> options) : IDisposable
{
    /// <summary>Enough for the next block to be under way while one is checked; few enough that blocks take little memory beside the factors.</summary>
    private const int ReadsAtOnce = 4;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _gate = new();
    private readonly HashSet<GrainId> _shards = [];
    private Loading? _loading;

    /// <summary>Of the fixed side, as it is held now.</summary>
    public long FixedBytes => _loading is { Side.IsCompletedSuccessfully: true } loaded ? loaded.Side.Result.Bytes : 0;

    public void Join(GrainId shard)
    {
        lock (_gate)
            _shards.Add(shard);
    }

    public void Leave(GrainId shard)
    {
        lock (_gate)
        {
            if (_shards.Remove(shard) && _shards.Count == 0)
                Drop();
        }
    }

    /// <summary>The fixed side of a task. All shards of the silo get the same one; a failed read is tried again by the next who asks.</summary>
    public Task<FixedSide> Fixed(ShardTask task, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // A shard that was stopped may have left, and then nobody would drop what it began; nor may it take away what others wait for.
            cancellationToken.ThrowIfCancellationRequested();
            if (_loading is null || !_loading.IsFor(task) || _loading.Side.IsFaulted || _loading.Side.IsCanceled)
            {
                Drop();
                var dropped = new CancellationTokenSource();
                _loading = new Loading(task, Task.Run(() => Load(task, dropped.Token)), dropped);
            }

            return _loading.Side.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Computes on the thread pool when it is the caller's turn.</summary>
    /// <param name="work">Is told how many threads to use.</param>
    public async Task<T> Compute<T>(Func<int, T> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => work(options.Value.EffectiveThreads), cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        lock (_gate)
            Drop();
    }

    private void Drop()
    {
        _loading?.Dropped.Cancel();
        _loading = null;
    }

    private async Task<FixedSide> Load(ShardTask task, CancellationToken cancellationToken)
    {
        var rows = 0;
        foreach (var block in task.Fixed)
        {
            if (block.First != rows)
                throw new InvalidDataException($"The blocks of the fixed side leave a gap before row {block.First}.");
            rows += block.Count;
        }

        var factors = new FactorMatrix(rows, task.Settings.Factors);
        await Parallel.ForEachAsync(
            task.Fixed,
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken },
            async (block, cancelled) => FactorBlock.Read(await blobs.Read(block.Blob, cancelled), factors, block.First, block.Count));
        var gramian = await Compute(threads => Gramian.Of(factors, threads), cancellationToken);
        return new FixedSide(factors, gramian, task.Fixed.Sum(block => block.Blob.Bytes));
    }

    /// <summary>
    /// A fixed side on its way. Cancelled by whoever drops it, not by the one shard that happened to ask first. The source is never disposed:
    /// it has no timer, and the reads may look at its token after it was cancelled.
    /// </summary>
    private sealed record Loading(ShardTask Task, Task<FixedSide> Side, CancellationTokenSource Dropped)
    {
        public bool IsFor(ShardTask task) => task.RunId == Task.RunId && task.Settings == Task.Settings && task.Fixed.SequenceEqual(Task.Fixed);
    }
}
