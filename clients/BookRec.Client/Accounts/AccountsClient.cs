using BookRec.Client.Http;

namespace BookRec.Client.Accounts;

/// <summary>What administrators do with other people's accounts, and the log of what administrators do.</summary>
public sealed class AccountsClient
{
    private const string Path = "api/admin/accounts";

    private readonly Calls _calls;

    internal AccountsClient(Calls calls) => _calls = calls;

    /// <summary>Newest first.</summary>
    /// <param name="email">Only the account with this address.</param>
    public Task<Page<Account>> List(string? email = null, PageRequest? page = null, CancellationToken cancellation = default)
        => _calls.Ask<Page<Account>>(Call.Get(new Query(Path).Add("email", email).Add(page).ToString()), cancellation);

    public Task<Account> Create(NewAccount account, CancellationToken cancellation = default) => _calls.Ask<Account>(Call.Post(Path, account), cancellation);

    public Task<Account> Get(Guid id, CancellationToken cancellation = default) => _calls.Ask<Account>(Call.Get($"{Path}/{id}"), cancellation);

    public Task<Account> SetRole(Guid id, RoleChange change, CancellationToken cancellation = default)
        => _calls.Ask<Account>(Call.Put($"{Path}/{id}/role", change), cancellation);

    public Task<Account> Disable(Guid id, CancellationToken cancellation = default) => _calls.Ask<Account>(Call.Post($"{Path}/{id}/disable"), cancellation);

    public Task<Account> Enable(Guid id, CancellationToken cancellation = default) => _calls.Ask<Account>(Call.Post($"{Path}/{id}/enable"), cancellation);

    /// <summary>What administrators did, newest first.</summary>
    /// <param name="target">Only what was done to this, such as an account's id.</param>
    public Task<Page<AuditEntry>> Audit(string? target = null, PageRequest? page = null, CancellationToken cancellation = default)
        => _calls.Ask<Page<AuditEntry>>(Call.Get(new Query("api/admin/audit").Add("target", target).Add(page).ToString()), cancellation);
}

/// <param name="Role"><see cref="Role.User"/>, if not given.</param>
public sealed record NewAccount(string Email, string Password, string? DisplayName = null, Role? Role = null);

public sealed record RoleChange(Role Role);

/// <param name="Actor">The administrator's account.</param>
/// <param name="Action">Method and route.</param>
/// <param name="Target">What the route names, such as an account.</param>
/// <param name="RequestId">Leads to the log.</param>
/// <param name="Status">How it ended, as an HTTP status; null when the process went away meanwhile.</param>
public sealed record AuditEntry(DateTimeOffset At, Guid Actor, string Action, string? Target, string RequestId, int? Status);
