using System.Security.Claims;
using BookRec.Grains.Interfaces.Accounts;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace BookRec.Hosting.Auth;

/// <summary>Who may do what: a reader, or an admin, who may also do all that a reader may.</summary>
public static class Policies
{
    public const string User = nameof(User);
    public const string Admin = nameof(Admin);

    /// <summary>Clocks of the fronts may differ by this much.</summary>
    private static readonly TimeSpan _clockSkew = TimeSpan.FromSeconds(10);

    public static void AddPolicies(this IServiceCollection services)
    {
        var admin = ClaimNames.Word(Role.Admin);
        services.AddSingleton<AccessTokens>();
        services.AddNoDataProtection();
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<HostSettings, SigningKey, TimeProvider>(Configure);
        services.AddAuthorizationBuilder()
            .AddPolicy(User, policy => policy.RequireClaim(ClaimNames.Role, ClaimNames.Word(Role.User), admin))
            .AddPolicy(Admin, policy => policy.RequireClaim(ClaimNames.Role, admin));
    }

    /// <summary>The account that calls; only behind a policy.</summary>
    public static Guid UserId(this ClaimsPrincipal caller) => Guid.Parse(caller.FindFirstValue(ClaimNames.Subject)!);

    internal static void Configure(JwtBearerOptions options, HostSettings settings, SigningKey key, TimeProvider clock)
    {
        options.MapInboundClaims = false;
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = settings.Tokens.Issuer,
            ValidAudience = settings.Tokens.Audience,
            IssuerSigningKey = AccessTokens.SecurityKey(key),
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            RequireExpirationTime = true,
            LifetimeValidator = (_, expires, _, _) => expires is { } end && clock.GetUtcNow().UtcDateTime < end + _clockSkew,
            NameClaimType = ClaimNames.Subject,
            RoleClaimType = ClaimNames.Role,
        };
        options.Events = new JwtBearerEvents
        {
            OnTokenValidated = context =>
            {
                if (!Guid.TryParse(context.Principal?.FindFirstValue(ClaimNames.Subject), out _))
                    context.Fail("The token names no account.");
                return Task.CompletedTask;
            },
        };
    }
}
