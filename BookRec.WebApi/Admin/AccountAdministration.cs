using System.ComponentModel.DataAnnotations;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.WebApi.Accounts;
using BookRec.WebApi.Auth;
using BookRec.WebApi.Hosting;
using BookRec.WebApi.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BookRec.WebApi.Admin;

/// <summary>What administrators do with other people's accounts, and the log of what administrators do.</summary>
public static class AccountAdministration
{
    public static void MapAccountAdministration(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapAdminGroup("Account administration");

        group.MapGet("/accounts", List).WithSummary("People's accounts, newest first");
        group.MapPost("/accounts", Create).WithSummary("Create an account in any role").ProducesProblem(409).ProducesProblem(413).ProducesProblem(415);
        group.MapGet("/accounts/{id}", Get).WithSummary("One account");
        group.MapPut("/accounts/{id}/role", SetRole)
            .WithSummary("Promote or demote")
            .WithDescription("Takes effect within five seconds: tokens that tell another role stop working, and refreshing gives one that tells the new role.")
            .ProducesProblem(409)
            .ProducesProblem(413)
            .ProducesProblem(415);
        group.MapPost("/accounts/{id}/disable", Disable)
            .WithSummary("Make an account unusable")
            .WithDescription("Ends its sessions; takes effect within five seconds.")
            .ProducesProblem(409);
        group.MapPost("/accounts/{id}/enable", Enable).WithSummary("Make an account usable again");
        group.MapGet("/audit", Audit).WithSummary("What administrators did, newest first");
    }

    private static async Task<Ok<ListResponse<AccountResponse>>> List(AccountListParameters filter, PageParameters page, Cluster cluster)
        => TypedResults.Ok(ListResponse.From(await cluster.Accounts.List(filter.Email, page.Value), AccountResponse.From));

    private static async Task<Created<AccountResponse>> Create(NewAccountRequest request, Cluster cluster, HttpContext context)
    {
        var account = await cluster.Account(EmailAddress.Normalise(request.Email!)).Create(request.ToRegistration(), request.Role ?? Role.User);
        context.SetAuditTarget(account.Id.ToString());
        return TypedResults.Created($"/api/admin/accounts/{account.Id}", AccountResponse.From(account));
    }

    private static async Task<Results<Ok<AccountResponse>, NotFound>> Get(Guid id, Cluster cluster) => Answer(await cluster.Access(id).Get());

    private static async Task<Results<Ok<AccountResponse>, NotFound>> SetRole(Guid id, RoleRequest request, Cluster cluster)
        => Answer(await cluster.Access(id).SetRole(request.Role!.Value));

    private static async Task<Results<Ok<AccountResponse>, NotFound>> Disable(Guid id, Cluster cluster) => Answer(await cluster.Access(id).SetDisabled(true));

    private static async Task<Results<Ok<AccountResponse>, NotFound>> Enable(Guid id, Cluster cluster) => Answer(await cluster.Access(id).SetDisabled(false));

    private static async Task<Ok<ListResponse<AuditEntryResponse>>> Audit(AuditParameters filter, PageParameters page, Cluster cluster)
        => TypedResults.Ok(ListResponse.From(await cluster.Accounts.Audit(filter.Target, page.Value), AuditEntryResponse.From));

    private static Results<Ok<AccountResponse>, NotFound> Answer(Account? account)
        => account is null ? TypedResults.NotFound() : TypedResults.Ok(AccountResponse.From(account));
}

/// <param name="Role"><c>user</c>, if not given, or <c>admin</c>.</param>
public sealed record NewAccountRequest(
    [property: Required] string? Email,
    [property: Required] string? Password,
    string? DisplayName = null,
    Role? Role = null) : IValidated
{
    public void Validate(FieldErrors errors, DateTimeOffset now) => errors.Registration(Email, Password, DisplayName);

    public Registration ToRegistration() => new(Email!.Trim(), Password!, DisplayName?.Trim());
}

public sealed record RoleRequest([property: Required] Role? Role) : IValidated
{
    public void Validate(FieldErrors errors, DateTimeOffset now) => errors.Require(Role is not null, "role", Words.Required);
}

/// <param name="Actor">The administrator's account.</param>
/// <param name="Action">Method and route.</param>
/// <param name="Target">What the route names, such as an account, or what was made, such as a book or a training run.</param>
/// <param name="RequestId">Leads to the log.</param>
/// <param name="Status">How it ended, as an HTTP status; null when the process went away meanwhile.</param>
public sealed record AuditEntryResponse(DateTimeOffset At, Guid Actor, string Action, string? Target, string RequestId, int? Status)
{
    public static AuditEntryResponse From(AuditEntry entry) => new(entry.At, entry.Actor, entry.Action, entry.Target, entry.RequestId, entry.Status);
}

/// <summary>Which accounts.</summary>
public sealed record AccountListParameters(string? Email) : IReadFromRequest<AccountListParameters>
{
    private static readonly TextParameter _email = new("email", "Only the account with this address.", TextRules.EmailLength);

    public static IReadOnlyList<Parameter> Parameters => [_email];

    public static AccountListParameters Read(HttpRequest request, FieldErrors errors) => new(_email.Read(request, errors));
}

/// <summary>Which entries of the audit log.</summary>
public sealed record AuditParameters(string? Target) : IReadFromRequest<AuditParameters>
{
    private static readonly TextParameter _target = new("target", "Only what was done to this, such as an account's id.", 200);

    public static IReadOnlyList<Parameter> Parameters => [_target];

    public static AuditParameters Read(HttpRequest request, FieldErrors errors) => new(_target.Read(request, errors));
}
