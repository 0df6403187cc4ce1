namespace BookRec.Grains;

public static class Cancellation
{
    /// <summary>
    /// Whether an exception means that the token's owner wants no more. What was cancelled elsewhere, by a silo that stops or a connection that
    /// is given up, ends in the same exception, and is a failure like others to whoever waited for it.
    /// </summary>
    public static bool IsCancellationBy(this Exception exception, CancellationToken token)
        => exception is OperationCanceledException && token.IsCancellationRequested;
}
