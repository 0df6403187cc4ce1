using System.Security.Claims;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Hosting.Auth;
using BookRec.Hosting.RateLimits;
using BookRec.WebApi.Hosting;
using BookRec.WebApi.RateLimits;
using BookRec.WebApi.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BookRec.WebApi.Auth;

public static class AuthEndpoints
{
    public static void MapAuth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/auth").WithTags("Accounts").WithValidation().ChargedTo(Purse.Login).ProducesProblems(400, 413, 415, 429, 500, 503);
        var open = group.MapGroup("").AllowAnonymous();

        open.MapPost("/register", Register).WithSummary("Create an account").ProducesProblem(409);
        open.MapPost("/login", Login).WithSummary("Log in with address and password").ProducesProblem(401);
        open.MapPost("/refresh", Refresh)
            .WithSummary("Spend a refresh token for a new pair of tokens")
            .WithDescription("A spent token presented again is taken for stolen and ends the session.")
            .ProducesProblem(401);
        group.MapPost("/logout", Logout).WithSummary("End the session of a refresh token").RequireAuthorization(Policies.User).ProducesProblem(401);
    }

    private static async Task<Created<RegisterResponse>> Register(RegisterRequest request, Cluster cluster)
    {
        var account = await cluster.Account(EmailAddress.Normalise(request.Email!)).Register(request.ToRegistration());
        return TypedResults.Created((string?)null, RegisterResponse.From(account));
    }

    private static async Task<Ok<TokenResponse>> Login(LoginRequest request, HttpRequest http, Cluster cluster, AccessTokens tokens, LoginFailures failures)
    {
        var email = EmailAddress.Normalise(request.Email!);
        await failures.Begin(email);
        var account = await cluster.Account(email).Authenticate(request.Password!)
            ?? throw new RejectedException(RejectionKind.Unauthenticated, "The address or the password is wrong.");
        await failures.Succeed(email);
        var family = Guid.NewGuid();
        var grant = await cluster.Session(family).Start(account.Id, ClientOf(http));
        return TypedResults.Ok(Answer(tokens, grant, family));
    }

    private static async Task<Ok<TokenResponse>> Refresh(RefreshRequest request, Cluster cluster, AccessTokens tokens)
    {
        var grant = request.TryGetFamily(out var family) ? await cluster.Session(family).Refresh(request.RefreshToken!) : null;
        return grant is not null
            ? TypedResults.Ok(Answer(tokens, grant, family))
            : throw new RejectedException(RejectionKind.Unauthenticated, "The refresh token is unknown, spent or expired; log in again.");
    }

    /// <summary>A token that is nobody's is answered alike: after the call it does not work, which is what was asked for.</summary>
    private static async Task<NoContent> Logout(RefreshRequest request, Cluster cluster, ClaimsPrincipal caller)
    {
        if (request.TryGetFamily(out var family))
            await cluster.Session(family).Revoke(caller.UserId(), request.RefreshToken!);
        return TypedResults.NoContent();
    }

    /// <summary>What the client calls itself, cut to what a list of sessions shows; null when that is nothing or nothing fit to show.</summary>
    private static string? ClientOf(HttpRequest request)
    {
        const int length = 200;
        var name = request.Headers.UserAgent.ToString().Trim();
        return name.Length == 0 || name.Any(char.IsControl) ? null : name[..Math.Min(name.Length, length)];
    }

    private static TokenResponse Answer(AccessTokens tokens, RefreshGrant grant, Guid family)
        => new(tokens.Mint(grant.Account, family), grant.Token, "bearer", (int)tokens.Lifetime.TotalSeconds);
}
