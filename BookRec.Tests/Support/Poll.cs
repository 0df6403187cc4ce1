using System.Diagnostics;

namespace BookRec.Tests.Support;

/// <summary>Waits for a condition, asking again and again, and fails when it has not come true for a long time.</summary>
public static class Poll
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public static async Task Until(Func<Task<bool>> condition, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(waited.Elapsed < s_patience, $"Waited {s_patience} for {what} in vain.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
