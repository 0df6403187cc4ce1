namespace BookRec.Bench.Training;

/// <summary>How much the process grows while something runs, looked at a hundred times a second.</summary>
sealed class MemoryMeter : IDisposable
{
    readonly long _before;
    readonly Timer _timer;
    long _most;

    public MemoryMeter()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _before = Environment.WorkingSet;
        _timer = new(_ => _most = Math.Max(_most, Environment.WorkingSet), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(10));
    }

    public long Grown => Math.Max(0, _most - _before);

    public void Dispose() => _timer.Dispose();
}
