using System.Globalization;
using System.Net;
using BookRec.Hosting.Auth;
using BookRec.Hosting.RateLimits;
using BookRec.WebApi.Hosting;
using Microsoft.AspNetCore.Authorization;

namespace BookRec.WebApi.RateLimits;

/// <summary>What a route is charged to.</summary>
public enum Purse
{
    Reads,
    Writes,
    Login,
    Admin,

    /// <summary>Probes and scrapes: refusing them would make a busy service look dead.</summary>
    Nobody,
}

/// <summary>Marks the routes whose budget does not follow from their method.</summary>
public sealed record ChargedTo(Purse Purse);

/// <summary>Answers 429 to whom asks more often than the budgets allow, and tells everybody what is left of theirs.</summary>
public static class RateLimiting
{
    public static TBuilder ChargedTo<TBuilder>(this TBuilder route, Purse purse)
        where TBuilder : IEndpointConventionBuilder
        => route.WithMetadata(new ChargedTo(purse));

    /// <summary>Before the token is looked at: what comes from one address at all.</summary>
    public static void UseAddressLimits(this WebApplication app)
    {
        var budget = app.Services.GetRequiredService<RateLimitSettings>().Address;
        var buckets = app.Services.GetRequiredService<MemoryBuckets>();
        app.Use(async (context, next) =>
        {
            if (PurseOf(context) == Purse.Nobody || await Charge(context, buckets, "address", $"address:{AddressOf(context)}", budget, tell: false))
                await next(context);
        });
    }

    /// <summary>Behind authentication, since the account pays where there is one.</summary>
    public static void UseRateLimits(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<RateLimitSettings>();
        var buckets = app.Services.GetRequiredService<IBuckets>();
        app.Use(async (context, next) =>
        {
            var purse = PurseOf(context);
            if (purse == Purse.Nobody || await Charge(context, buckets, Json.Word(purse), $"{Json.Word(purse)}:{PayerOf(context, purse)}", BudgetOf(settings, purse), tell: true))
                await next(context);
        });
    }

    /// <summary>An IPv6 customer has a whole /64; an IPv4 address inside IPv6 is itself.</summary>
    public static string AddressOf(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
            return address.ToString();
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return $"{new IPAddress(bytes)}/64";
    }

    private static async ValueTask<bool> Charge(HttpContext context, IBuckets buckets, string name, string key, Budget budget, bool tell)
    {
        var grant = await buckets.Take(key, budget);
        if (tell || !grant.Taken)
        {
            context.Response.OnStarting(() =>
            {
                Tell(context.Response.Headers, name, budget, grant);
                return Task.CompletedTask;
            });
        }

        if (grant.Taken)
            return true;
        context.Response.ComeBackAfter(grant.Wait);
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        return false;
    }

    /// <summary>As draft-ietf-httpapi-ratelimit-headers has it: the quota and its window, what is left and when there is more.</summary>
    private static void Tell(IHeaderDictionary headers, string name, Budget budget, Grant grant)
    {
        var window = TimeSpan.FromSeconds(budget.Burst / budget.PerSecond).WholeSeconds();
        headers["RateLimit-Policy"] = $"\"{name}\";q={budget.Burst.ToString(CultureInfo.InvariantCulture)};w={window}";
        headers["RateLimit"] = $"\"{name}\";r={grant.Left.ToString(CultureInfo.InvariantCulture)};t={grant.Wait.WholeSeconds()}";
    }

    internal static Purse PurseOf(HttpContext context)
        => context.GetEndpoint()?.Metadata.GetMetadata<ChargedTo>()?.Purse
            ?? (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method)
                ? Purse.Reads
                : Purse.Writes);

    private static string PayerOf(HttpContext context, Purse purse)
        => purse != Purse.Login && context.User.Identity is { IsAuthenticated: true }
            && context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null
                ? context.User.UserId().ToString("N")
                : AddressOf(context);

    private static Budget BudgetOf(RateLimitSettings settings, Purse purse) => purse switch
    {
        Purse.Login => settings.Login,
        Purse.Admin => settings.Admin,
        Purse.Writes => settings.Writes,
        _ => settings.Reads,
    };
}
