using System.Security.Claims;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Hosting.Secrets;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace BookRec.Hosting.Auth;

/// <summary>Who may do what: a reader, or an admin, who may also do all that a reader may.</summary>
public static class Policies
{
    public const string User = nameof(User);
    public const string Admin = nameof(Admin);

    /// <summary>Clocks of the fronts may differ by this much.</summary>
    private static readonly TimeSpan _clockSkew = TimeSpan.FromSeconds(5);

    public static void AddPolicies(this IServiceCollection services)
    {
        var admin = ClaimNames.Word(Role.Admin);
        services.AddSingleton<AccessTokens>().AddSingleton<LiveSessions>();
        services.AddNoDataProtection();
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<HostSettings, SigningKeys, TimeProvider, IServiceProvider>(Configure);
        services.AddAuthorizationBuilder()
            .AddPolicy(User, policy => policy.RequireClaim(ClaimNames.Role, ClaimNames.Word(Role.User), admin))
            .AddPolicy(Admin, policy => policy.RequireClaim(ClaimNames.Role, admin));
    }

    /// <summary>The account that calls; only behind a policy.</summary>
    public static Guid UserId(this ClaimsPrincipal caller) => Guid.Parse(caller.FindFirstValue(ClaimNames.Subject)!);

    /// <summary>The session that calls; only behind a policy.</summary>
    public static Guid SessionId(this ClaimsPrincipal caller) => Guid.Parse(caller.FindFirstValue(ClaimNames.Session)!);

    internal static void Configure(JwtBearerOptions options, HostSettings settings, SigningKeys keys, TimeProvider clock, IServiceProvider services)
    {
        options.SaveToken = false;
        options.TokenHandlers.Clear();
        options.TokenHandlers.Add(new KnownTokens(keys, services.GetService<SecretWatch>(), clock));
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = settings.Tokens.Issuer,
            ValidAudience = settings.Tokens.Audience,
            IssuerSigningKeyResolver = (_, _, id, _) => keys.Find(id) is { } key ? [key] : [],
            TryAllIssuerSigningKeys = false,
            ValidTypes = [AccessTokens.MediaType],
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            RequireExpirationTime = true,
            LifetimeValidator = (_, expires, _, _) => expires is { } end && clock.GetUtcNow().UtcDateTime < end + _clockSkew,
            NameClaimType = ClaimNames.Subject,
            RoleClaimType = ClaimNames.Role,
        };
        options.Events = new JwtBearerEvents { OnTokenValidated = CheckSession };
    }

    /// <summary>A token is only as good as its session and as what it says of the role.</summary>
    private static async Task CheckSession(TokenValidatedContext context)
    {
        // Whoever may come in without a token may come in with any, and must not wait for the cluster.
        if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            return;
        var principal = context.Principal;
        if (!Guid.TryParse(principal?.FindFirstValue(ClaimNames.Subject), out var account)
            || !Guid.TryParse(principal.FindFirstValue(ClaimNames.Session), out var session))
        {
            context.Fail("The token names no account or no session.");
            return;
        }

        var role = await context.HttpContext.RequestServices.GetRequiredService<LiveSessions>().RoleOf(account, session);
        if (role is null || ClaimNames.Word(role.Value) != principal.FindFirstValue(ClaimNames.Role))
            context.Fail("The session has ended, or the account's role is another one now.");
    }
}
