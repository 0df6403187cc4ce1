namespace BookRec.Grains;

/// <summary>Grains of which there is nothing to keep, such as those of ids that a caller made up.</summary>
internal static class LeavingGrain
{
    private static readonly TimeSpan s_delay = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Lets the grain go after a few seconds. Not with the end of the question: whoever waits in its queue is sent on to the next activation, and
    /// one that went after each question would send them round and round, until Orleans turns them away.
    /// </summary>
    public static IGrainTimer LeaveSoon(this Grain grain) => grain.RegisterGrainTimer(
        _ =>
        {
            grain.DeactivateOnIdle();
            return Task.CompletedTask;
        },
        s_delay,
        Timeout.InfiniteTimeSpan);
}
