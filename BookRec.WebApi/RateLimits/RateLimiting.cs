using System.Globalization;
using System.Net;
using BookRec.Hosting;
using BookRec.Hosting.Auth;
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
    public static void AddRateLimiting(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(SettingsReader.BindSection<RateLimitSettings>(builder.Configuration, RateLimitSettings.Section));
        builder.Services.AddSingleton<MemoryBuckets>();
        var password = new LivePassword(builder.Configuration, LivePassword.Redis);
        builder.Services.AddSingleton<IBuckets>(services =>
            services.GetRequiredService<HostSettings>().Redis is { Endpoint: not null } redis
                ? ActivatorUtilities.CreateInstance<RedisBuckets>(services, redis.ToOptions(password))
                : services.GetRequiredService<MemoryBuckets>());
        builder.Services.AddSingleton<LoginFailures>();
    }

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

    public static void Refuse(HttpResponse response, TimeSpan wait)
        => response.Headers.RetryAfter = Seconds(wait);

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
        Refuse(context.Response, grant.Wait);
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        return false;
    }

    /// <summary>As draft-ietf-httpapi-ratelimit-headers has it: the quota and its window, what is left and when there is more.</summary>
    private static void Tell(IHeaderDictionary headers, string name, Budget budget, Grant grant)
    {
        var window = Seconds(TimeSpan.FromSeconds(budget.Burst / budget.PerSecond));
        headers["RateLimit-Policy"] = $"\"{name}\";q={budget.Burst.ToString(CultureInfo.InvariantCulture)};w={window}";
        headers["RateLimit"] = $"\"{name}\";r={grant.Left.ToString(CultureInfo.InvariantCulture)};t={Seconds(grant.Wait)}";
    }

    private static Purse PurseOf(HttpContext context)
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

    /// <summary>Whole seconds, rounded up: whoever waits that long is let in.</summary>
    private static string Seconds(TimeSpan time) => ((long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}

/// <summary>Counts the failed logins of an address, which the client address alone would not show.</summary>
public sealed class LoginFailures(IBuckets buckets, RateLimitSettings settings, SigningKeys keys)
{
    /// <summary>Counts a try as failed until it has succeeded, so that many at once are counted too.</summary>
    /// <exception cref="TooManyRequestsException">There were too many, for an address that has an account or not.</exception>
    public async ValueTask Begin(string email)
    {
        if (await buckets.Take(KeyOf(email), settings.LoginFailures) is { Taken: false } grant)
            throw new TooManyRequestsException(grant.Wait);
    }

    public async ValueTask Succeed(string email) => await buckets.Take(KeyOf(email), settings.LoginFailures, cost: -1);

    /// <summary>Redis is no place for addresses.</summary>
    private string KeyOf(string email) => $"failures:{keys.Current.Pseudonym(email)}";
}

/// <summary>Becomes 429.</summary>
public sealed class TooManyRequestsException(TimeSpan wait) : Exception("There were too many tries; wait before the next one.")
{
    public TimeSpan Wait => wait;
}
