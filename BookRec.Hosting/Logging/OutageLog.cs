using Microsoft.Extensions.Logging;

namespace BookRec.Hosting.Logging;

/// <summary>
/// Tells of failures that every request meets while something is away: of the first with its stack, then at most once a minute how many
/// there were. The others are told at <see cref="LogLevel.Debug"/>. A minute without a failure ends the outage. Thread-safe.
/// </summary>
/// <param name="level">Of what is told.</param>
public sealed class OutageLog(ILogger log, LogLevel level, TimeProvider clock)
{
    private static readonly TimeSpan _interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long? _last;
    private long? _told;
    private int _untold;

    /// <param name="what">What failed.</param>
    public void Tell(Exception failure, string what)
    {
        bool isFirst, isDue;
        int times;
        lock (_lock)
        {
            (isFirst, isDue) = (IsOver(_last), IsOver(_told));
            _last = clock.GetTimestamp();
            times = ++_untold;
            if (isDue)
                (_told, _untold) = (_last, 0);
        }

        if (isFirst)
            log.Log(level, failure, "{Failed}", what);
        else if (isDue)
            log.Log(level, "{Failed}; {Times} times since this was last told, now: {Reason}", what, times, failure.Message);
        else
            log.LogDebug(failure, "{Failed}", what);
    }

    private bool IsOver(long? since) => since is not { } then || clock.GetElapsedTime(then) >= _interval;
}
