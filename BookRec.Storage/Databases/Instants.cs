namespace BookRec.Storage.Databases;

/// <summary>Times as columns hold them: Unix milliseconds, UTC, 0 when unknown.</summary>
internal static class Instants
{
    public static long NowMilliseconds(this TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds();

    public static DateTimeOffset? Known(long milliseconds) => milliseconds == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
