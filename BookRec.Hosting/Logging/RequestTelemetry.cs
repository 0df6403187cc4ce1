using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using BookRec.Hosting.Auth;
using BookRec.Hosting.Metrics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace BookRec.Hosting.Logging;

/// <summary>
/// Logs and measures each request by what cannot be personal: method, route template, status and time. Never the path, the query, the
/// body or a token; the reader only as a keyed hash.
/// </summary>
internal sealed class RequestTelemetry(RequestDelegate next, ILogger<RequestTelemetry> logger, RequestMetrics metrics, SigningKey key)
{
    private const string NoRoute = "(none)";

    /// <summary>Probes and scrapes, several a minute for ever: measured but not worth a line each.</summary>
    private static readonly HashSet<string> Quiet = ["/api/live", "/api/ready", "/api/health", "/api/metrics"];

    /// <summary>They stay with the claim, which stays with its token.</summary>
    private readonly ConditionalWeakTable<Claim, string> _pseudonyms = [];

    public static bool IsQuiet(HttpContext context) => context.Request.Path.Value is { } path && Quiet.Contains(path);

    public async Task InvokeAsync(HttpContext context)
    {
        var id = RequestId.Assign(context);
        // The trace is found by the name that logs and answers give the request.
        Activity.Current?.SetTag("bookrec.request_id", id);
        var started = Stopwatch.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            Record(context, id, Stopwatch.GetElapsedTime(started));
        }
    }

    private void Record(HttpContext context, string id, TimeSpan elapsed)
    {
        var method = KnownMethod(context.Request.Method);
        var route = Route(context);
        var status = context.Response.StatusCode;
        metrics.Observe(method, route, status.ToString(CultureInfo.InvariantCulture), elapsed);

        var level = Quiet.Contains(route) ? LogLevel.Debug
            : status >= StatusCodes.Status500InternalServerError ? LogLevel.Warning
            : LogLevel.Information;
        logger.Log(
            level,
            "{Method} {Route} answered {Status} in {ElapsedMs} ms (request {RequestId}, user {User})",
            method,
            route,
            status,
            Math.Round(elapsed.TotalMilliseconds, 1),
            id,
            context.User.FindFirst(ClaimNames.Subject) is { } subject ? _pseudonyms.GetOrAdd(subject, claim => key.Pseudonym(claim.Value)) : "-");
    }

    /// <summary>The template, of which there are a few dozen; the path is the caller's to invent.</summary>
    private static string Route(HttpContext context)
    {
        // A handled exception takes the endpoint off the request and keeps it here.
        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        return (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? NoRoute;
    }

    private static string KnownMethod(string method) => method switch
    {
        "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" => method,
        _ => "OTHER",
    };
}
