using System.Security.Claims;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Hosting.Auth;
using BookRec.Hosting.RateLimits;
using BookRec.WebApi.Auth;
using BookRec.WebApi.Hosting;
using BookRec.WebApi.Interactions;
using BookRec.WebApi.RateLimits;
using BookRec.WebApi.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BookRec.WebApi.Accounts;

/// <summary>What people do with their own account.</summary>
public static class AccountEndpoints
{
    private const int PageSize = 100;

    public static void MapAccount(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/account")
            .WithTags("Your account")
            .RequireAuthorization(Policies.User)
            .WithValidation()
            .ProducesProblems(400, 401, 429, 500, 503);

        group.MapGet("", Get).WithSummary("Your account");
        group.MapPost("/password", ChangePassword)
            .ChargedTo(Purse.Login)
            .WithSummary("Choose another password")
            .WithDescription("All other sessions end; the one that asks goes on.")
            .ProducesProblem(413)
            .ProducesProblem(415);
        group.MapGet("/sessions", Sessions).WithSummary("Where you are logged in, the latest login first");
        group.MapDelete("/sessions", EndAll).WithSummary("Log out everywhere, here too");
        group.MapDelete("/sessions/{id}", End).WithSummary("End one session");
        group.MapGet("/export", Export).WithSummary("Everything that is held about you");
        group.MapDelete("", Erase)
            .WithSummary("Erase your account with everything that is held about you")
            .WithDescription("At once and for good; what models learnt from it goes with the next training.")
            .ProducesProblem(409);
    }

    private static async Task<Ok<AccountResponse>> Get(Cluster cluster, ClaimsPrincipal caller) => TypedResults.Ok(AccountResponse.From(await Of(cluster, caller)));

    /// <summary>Whoever has only taken a token must not find out the password with it: each try counts as one at a login does.</summary>
    private static async Task<NoContent> ChangePassword(PasswordChangeRequest request, Cluster cluster, ClaimsPrincipal caller, LoginFailures failures)
    {
        var errors = new FieldErrors();
        errors.NewPassword("new_password", request.NewPassword, (await Of(cluster, caller)).Email);
        errors.ThrowIfAny();

        var account = caller.UserId().ToString();
        await failures.Begin(account);
        await cluster.Access(caller.UserId()).ChangePassword(request.CurrentPassword!, request.NewPassword!, caller.SessionId());
        await failures.Succeed(account);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<ListResponse<SessionResponse>>> Sessions(Cluster cluster, ClaimsPrincipal caller)
    {
        var sessions = await cluster.Access(caller.UserId()).Sessions();
        return TypedResults.Ok(new ListResponse<SessionResponse>([.. sessions.Select(s => SessionResponse.From(s, caller.SessionId()))], null));
    }

    private static async Task<NoContent> EndAll(Cluster cluster, ClaimsPrincipal caller)
    {
        await cluster.Access(caller.UserId()).EndAll();
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, NotFound>> End(Guid id, Cluster cluster, ClaimsPrincipal caller)
        => await cluster.Access(caller.UserId()).End(id) ? TypedResults.NoContent() : TypedResults.NotFound();

    private static async Task<Ok<ExportResponse>> Export(Cluster cluster, ClaimsPrincipal caller, TimeProvider clock, CancellationToken cancellationToken)
    {
        var account = await Of(cluster, caller);
        var sessions = await cluster.Access(account.Id).Sessions();
        return TypedResults.Ok(new ExportResponse(
            clock.GetUtcNow(),
            AccountResponse.From(account),
            [.. sessions.Select(s => SessionResponse.From(s, caller.SessionId()))],
            await All(page => cluster.User(account.Id).History(page), InteractionResponse.From, cancellationToken),
            await All(page => cluster.User(account.Id).IdempotencyKeys(page), UsedKeyResponse.From, cancellationToken),
            await All(page => cluster.Accounts.Audit(account.Id.ToString(), page), AccountEventResponse.From, cancellationToken)));
    }

    /// <summary>The data first: should something fail after it, the token still holds and asking again finishes the rest.</summary>
    private static async Task<NoContent> Erase(Cluster cluster, ClaimsPrincipal caller)
    {
        var access = cluster.Access(caller.UserId());
        var sessions = await access.Sessions();
        await cluster.User(caller.UserId()).Erase();
        foreach (var session in sessions)
            await cluster.Session(session.Id).Forget();
        await access.Forget();
        return TypedResults.NoContent();
    }

    private static async Task<Account> Of(Cluster cluster, ClaimsPrincipal caller)
        => await cluster.Access(caller.UserId()).Get() ?? throw new RejectedException(RejectionKind.Unauthenticated, "This account does not exist any more.");

    private static async Task<IReadOnlyList<TResponse>> All<T, TResponse>(
        Func<PageRequest, Task<Page<T>>> list, Func<T, TResponse> map, CancellationToken cancellationToken)
    {
        var all = new List<TResponse>();
        string? cursor = null;
        do
        {
            var page = await list(new PageRequest(PageSize, cursor)).WaitAsync(cancellationToken);
            all.AddRange(page.Items.Select(map));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return all;
    }
}
