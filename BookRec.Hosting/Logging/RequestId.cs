using Microsoft.AspNetCore.Http;

namespace BookRec.Hosting.Logging;

/// <summary>
/// One name for a request across proxies, logs and answers: taken from <c>X-Request-Id</c> where the caller sent a harmless one, made
/// otherwise.
/// </summary>
internal static class RequestId
{
    public const string Header = "X-Request-Id";

    private const int MaximumLength = 64;

    public static string Assign(HttpContext context)
    {
        var id = context.Request.Headers[Header] is [{ } sent] && IsHarmless(sent)
            ? sent
            : New();
        context.TraceIdentifier = id;

        // At the last moment, because a handled exception clears the headers set before.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[Header] = id;
            return Task.CompletedTask;
        });
        return id;
    }

    /// <summary>A name, not a secret: any dice will do.</summary>
    private static string New()
    {
        Span<byte> bytes = stackalloc byte[12];
        Random.Shared.NextBytes(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>Letters, digits and a few marks: nothing that could start a line, a tag or a quotation in a log.</summary>
    private static bool IsHarmless(string id)
        => id.Length is > 0 and <= MaximumLength && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
