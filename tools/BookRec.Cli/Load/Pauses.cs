namespace BookRec.Cli.Load;

static class Pauses
{
    /// <summary>Comes back after some time, or at once when it has ended: no exception, since that is how watching is meant to end.</summary>
    public static async Task Pause(this TimeProvider time, TimeSpan longest, CancellationToken ended)
        => await Task.Delay(longest, time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
