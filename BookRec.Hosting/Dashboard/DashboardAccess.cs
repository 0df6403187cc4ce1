using BookRec.Grains.Interfaces.Accounts;
using BookRec.Hosting.Auth;
using BookRec.Hosting.RateLimits;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dashboard;

namespace BookRec.Hosting.Dashboard;

/// <summary>
/// The Orleans Dashboard for administrators alone. Scripts send the access token as they do elsewhere; browsers log in on a page and carry
/// the same token in a cookie that no script can read, that no other site can cause to be sent, and that is valid below the dashboard only.
/// </summary>
public static class DashboardAccess
{
    public const string Path = "/dashboard";
    public const string LoginPath = $"{Path}/login";

    private const string Scheme = "Dashboard";
    private const string Cookie = "bookrec-dashboard";

    public static ISiloBuilder AddBookRecDashboard(this ISiloBuilder silo) => silo.AddDashboard(options => options.HideTrace = true);

    /// <summary>Needs <see cref="Policies.AddPolicies"/>.</summary>
    public static void AddDashboardAccess(this IServiceCollection services)
    {
        services.AddAuthentication().AddJwtBearer(Scheme, options => { });
        services.AddOptions<JwtBearerOptions>(Scheme)
            .Configure<HostSettings, SigningKeys, TimeProvider, IServiceProvider>(Policies.Configure)
            .Configure(options =>
            {
                options.Events.OnMessageReceived = TakeCookie;
                options.Events.OnChallenge = SendToLogin;
            });
        services.AddAuthorizationBuilder().AddPolicy(
            Scheme, policy => policy.AddAuthenticationSchemes(Scheme).RequireClaim(ClaimNames.Role, ClaimNames.Word(Role.Admin)));
    }

    public static void MapBookRecDashboard(this IEndpointRouteBuilder routes)
    {
        routes.MapOrleansDashboard(Path).RequireAuthorization(Scheme).ExcludeFromDescription();
        routes.MapGet(LoginPath, () => LoginPage.Show()).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost(LoginPath, Login).AllowAnonymous().ExcludeFromDescription();
    }

    private static Task TakeCookie(MessageReceivedContext context)
    {
        if (!context.Request.Headers.ContainsKey("Authorization"))
            context.Token = context.Request.Cookies[Cookie];
        return Task.CompletedTask;
    }

    /// <summary>A browser that navigates gets the login page; everything else the bare 401.</summary>
    private static Task SendToLogin(JwtBearerChallengeContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
        {
            context.HandleResponse();
            context.Response.Redirect(LoginPath);
        }

        return Task.CompletedTask;
    }

    private static async Task<IResult> Login(HttpContext context, IGrainFactory grains, AccessTokens tokens, LoginFailures failures)
    {
        if (!context.Request.HasFormContentType)
            return TypedResults.StatusCode(StatusCodes.Status415UnsupportedMediaType);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (email, password) = (EmailAddress.Normalise(form["email"].ToString()), form["password"].ToString());
        if (email.Length is 0 or > LoginPage.MaximumLength || password.Length is 0 or > LoginPage.MaximumLength)
            return Refuse();
        try
        {
            await failures.Begin(email);
        }
        catch (TooManyRequestsException tooMany)
        {
            context.Response.ComeBackAfter(tooMany.Wait);
            return LoginPage.Show(tooMany.Message, StatusCodes.Status429TooManyRequests);
        }

        var account = await grains.GetGrain<IAccountGrain>(email).Authenticate(password);
        if (account?.Role != Role.Admin)
            return Refuse();
        await failures.Succeed(email);

        // A session like any other: it is listed, and ends when the account is disabled or demoted.
        var session = Guid.NewGuid();
        await grains.GetGrain<ISessionGrain>(session).Start(account.Id, "dashboard");
        context.Response.Cookies.Append(Cookie, tokens.Mint(account, session), new CookieOptions
        {
            Path = Path,
            HttpOnly = true,
            Secure = context.Request.IsHttps,
            SameSite = SameSiteMode.Strict,
            MaxAge = tokens.Lifetime,
        });
        return TypedResults.Redirect($"{Path}/");

        static IResult Refuse() => LoginPage.Show("These are not an administrator's address and password.", StatusCodes.Status401Unauthorized);
    }
}
