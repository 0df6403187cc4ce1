namespace BookRec.WebApi.Hosting;

/// <summary>Headers that take liberties away from browsers.</summary>
internal static class SafeHeaders
{
    /// <summary>Whatever the page's script would like to fetch, the browser lets it talk to this server alone.</summary>
    private const string NothingFromOutside =
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "font-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void UseSafeHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        // At the last moment, because a handled exception clears the headers set before.
        context.Response.OnStarting(() => Write(context));
        return next(context);
    });

    private static Task Write(HttpContext context)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (context.Request.Path.StartsWithSegments(OpenApi.DocsPage, StringComparison.Ordinal))
            context.Response.Headers.ContentSecurityPolicy = NothingFromOutside;
        return Task.CompletedTask;
    }
}
