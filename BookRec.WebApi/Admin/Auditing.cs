using BookRec.Grains.Interfaces.Accounts;
using BookRec.Hosting.Auth;
using BookRec.WebApi.Hosting;

namespace BookRec.WebApi.Admin;

/// <summary>
/// Writes down what administrators do: before it is done, so that nothing is done unseen when the log is away, and how it ended.
/// </summary>
internal static class Auditing
{
    private static readonly object _target = new();

    /// <summary>Every request of the group that is not a mere look.</summary>
    public static RouteGroupBuilder Audited(this RouteGroupBuilder group) => group.AddEndpointFilter(async (context, next) =>
    {
        var http = context.HttpContext;
        if (HttpMethods.IsGet(http.Request.Method))
            return await next(context);

        var accounts = http.RequestServices.GetRequiredService<Cluster>().Accounts;
        var entry = await accounts.Note(EntryOf(http));
        try
        {
            var result = await next(context);
            await Conclude(http, accounts, entry, StatusOf(result));
            return result;
        }
        catch (Exception failure)
        {
            await Conclude(http, accounts, entry, Problems.StatusOf(failure));
            throw;
        }
    });

    /// <summary>Names what a request has made or chosen, which its route could not know.</summary>
    public static void SetAuditTarget(this HttpContext context, string target) => context.Items[_target] = target;

    private static AuditEntry EntryOf(HttpContext context)
    {
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        var target = string.Join('/', context.Request.RouteValues.Values);
        return new AuditEntry(
            context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(),
            context.User.UserId(),
            $"{context.Request.Method} {route}",
            target.Length == 0 ? null : target,
            context.TraceIdentifier,
            null);
    }

    private static async Task Conclude(HttpContext context, IAccountsGrain accounts, long entry, int status)
    {
        try
        {
            await accounts.Conclude(entry, status, context.Items.TryGetValue(_target, out var target) ? (string?)target : null);
        }
        catch (Exception away) when (Problems.StatusOf(away) == StatusCodes.Status503ServiceUnavailable)
        {
            // What was done is done, and that it was begun is in the log; the caller must hear how it ended.
            context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Auditing))
                .LogWarning(away, "Audit entry {Entry} has no end; it was {Status}", entry, status);
        }
    }

    private static int StatusOf(object? result) => result switch
    {
        INestedHttpResult nested => StatusOf(nested.Result),
        IStatusCodeHttpResult { StatusCode: { } status } => status,
        _ => StatusCodes.Status200OK,
    };
}
