namespace BookRec.WebApi.Hosting;

/// <summary>Headers that take liberties away from browsers, on every answer whatever its status.</summary>
internal static class SafeHeaders
{
    /// <summary>An answer of the API is data; whoever shows it as a page gets one that can do nothing.</summary>
    private const string NothingAtAll = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    /// <summary>Whatever the page's script would like to fetch, the browser lets it talk to this server alone.</summary>
    private const string NothingFromOutside =
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string AYear = "max-age=31536000";

    public static void UseSafeHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        // At the last moment, because a handled exception clears the headers set before.
        context.Response.OnStarting(() => Write(context));
        return next(context);
    });

    private static Task Write(HttpContext context)
    {
        var headers = context.Response.Headers;
        var isPage = context.Request.Path.StartsWithSegments(OpenApi.DocsPage, StringComparison.Ordinal);
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.ContentSecurityPolicy = isPage ? NothingFromOutside : NothingAtAll;
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = AYear;

        // Everything under /api is somebody's, or true for a moment only.
        if (!isPage && headers.CacheControl.Count == 0)
            headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}
