using BookRec.Engine.Factorization;
using BookRec.Grains.Interfaces.Training;

namespace BookRec.Grains.Training.Sharding;

/// <summary>One shard of a run: what it solves, where it is, what it did last.</summary>
public sealed record Shard(TrainingSide Side, int Index, RowRange Rows, string Key, Interfaces.Models.ArtifactReference Slice, TrainingSilo Silo)
{
    public ShardState State { get; init; }

    public int Reissued { get; init; }

    public ShardSolved? Last { get; init; }
}

/// <summary>Where every shard is and how far it came; changed by the coordinator, read by whoever shows the progress. Thread-safe.</summary>
public sealed class ShardTable(IReadOnlyList<Shard> shards, int factors)
{
    private readonly Lock _gate = new();
    private readonly Shard[] _shards = [.. shards];
    private long _bytesMoved = shards.Sum(s => s.Slice.Bytes);
    private double _stepWork = 1;
    private double _stepDone;
    private int _changes;

    /// <summary>Counts the changes, so that one who looks again knows whether there is anything new.</summary>
    public int Changes
    {
        get
        {
            lock (_gate)
                return _changes;
        }
    }

    public Shard At(int index)
    {
        lock (_gate)
            return _shards[index];
    }

    public IReadOnlyList<int> IndicesOf(TrainingSide side) => [.. Enumerable.Range(0, _shards.Length).Where(i => _shards[i].Side == side)];

    /// <summary>Begins a half-step: its shards are at work, the others wait.</summary>
    public void Begin(TrainingSide side)
    {
        lock (_gate)
        {
            for (var i = 0; i < _shards.Length; i++)
                _shards[i] = _shards[i] with { State = _shards[i].Side == side ? ShardState.Working : ShardState.Waiting };
            _stepWork = Math.Max(1, _shards.Where(s => s.Side == side).Sum(s => s.Rows.Work));
            _stepDone = 0;
            _changes++;
        }
    }

    public void Solved(int index, ShardSolved solved)
    {
        lock (_gate)
        {
            _shards[index] = _shards[index] with { State = ShardState.Solved, Last = solved };
            _bytesMoved += solved.BytesRead + solved.BytesWritten;
            _stepDone += _shards[index].Rows.Work;
            _changes++;
        }
    }

    /// <summary>Bytes that the coordinator itself read or wrote.</summary>
    public void Moved(long bytes)
    {
        lock (_gate)
            _bytesMoved += bytes;
    }

    /// <summary>Moves a shard whose silo is gone to the one that has the fewest.</summary>
    /// <returns>The shard as it is now; null when there is no silo to take it.</returns>
    public Shard? Reissue(int index, IReadOnlyList<TrainingSilo> active)
    {
        lock (_gate)
        {
            var shard = _shards[index];
            if (active.Any(s => s.Address.Equals(shard.Silo.Address)))
                return shard;
            if (active.Count == 0)
                return null;
            var target = active.MinBy(silo => _shards.Count(s => s.Side == shard.Side && s.Silo.Address.Equals(silo.Address)))!;
            _changes++;
            return _shards[index] = shard with { Silo = target, Reissued = shard.Reissued + 1 };
        }
    }

    /// <summary>The share of the half-step under way that is done, by work.</summary>
    public double StepShare
    {
        get
        {
            lock (_gate)
                return Math.Min(1, _stepDone / _stepWork);
        }
    }

    public ShardingProgress Show()
    {
        lock (_gate)
        {
            return new ShardingProgress(
                [.. _shards.Select(s => new ShardProgress(s.Side, s.Index, s.Silo.Name, s.State, s.Rows.Count, s.Last?.Seconds ?? 0, s.Reissued))],
                [.. _shards.GroupBy(s => s.Silo.Name).Select(silo => new SiloShare(silo.Key, silo.Count(), MemoryOf([.. silo])))],
                _bytesMoved);
        }
    }

    /// <summary>Shards of a silo keep their interactions, share one fixed side, and are solved one after another.</summary>
    private long MemoryOf(Shard[] shards)
        => shards.Sum(s => s.Slice.Bytes) + shards.Max(s => s.Last?.FixedBytes ?? 0) + shards.Max(s => FactorBlock.BytesOf(s.Rows.Count, factors));
}
