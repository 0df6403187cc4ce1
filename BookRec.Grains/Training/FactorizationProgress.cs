using System.Diagnostics;
using BookRec.Engine.Factorization;
using BookRec.Grains.Interfaces.Training;
using BookRec.Grains.Training.Sharding;

namespace BookRec.Grains.Training;

/// <summary>How far a factorization is. Told by whatever thread works, read by the training grain in its own turns.</summary>
/// <param name="total">Epochs that the run takes.</param>
/// <param name="known">Epochs of an earlier attempt.</param>
public sealed class FactorizationProgress(int total, IReadOnlyList<EpochProgress> known) : IProgress<EpochReport>
{
    private readonly Lock _gate = new();
    private long _began = Stopwatch.GetTimestamp();
    private int _skipped = known.Count;
    private List<EpochProgress> _epochs = [.. known];
    private (int Epochs, int Changes) _told = (known.Count, 0);

    /// <summary>Set when the factorization is spread over silos.</summary>
    public ShardTable? Table { get; set; }

    /// <summary>Whether something has changed since it was asked last.</summary>
    public bool HasNews
    {
        get
        {
            var before = _told;
            _told = (Epochs.Count, Table?.Changes ?? 0);
            return _told != before;
        }
    }

    /// <summary>Half-steps of the epoch under way that are done, and the share of the next one: 0 to 2.</summary>
    public Func<double>? HalfStepsDone { get; set; }

    public IReadOnlyList<EpochProgress> Epochs
    {
        get
        {
            lock (_gate)
                return _epochs;
        }
    }

    /// <summary>Of the whole factorization, 0 to 1.</summary>
    public double Share => Math.Min(1, (Epochs.Count + ((HalfStepsDone?.Invoke() ?? 0) / 2)) / total);

    /// <summary>By the pace so far; null before anything is done.</summary>
    public double? SecondsLeft
    {
        get
        {
            var share = Share;
            var mine = share - ((double)_skipped / total);
            return mine > 0 ? Stopwatch.GetElapsedTime(_began).TotalSeconds * (1 - share) / mine : null;
        }
    }

    /// <summary>The work begins after so many epochs; what is known of later ones is forgotten.</summary>
    public void Begin(int after)
    {
        lock (_gate)
            (_skipped, _epochs, _began) = (after, [.. _epochs.Take(after)], Stopwatch.GetTimestamp());
    }

    public void Report(EpochReport value)
    {
        lock (_gate)
            _epochs = [.. _epochs, new EpochProgress(value.Epoch, value.Loss, value.Seconds)];
        TrainingMetrics.EpochEnded(value.Epoch, value.Loss);
    }
}
