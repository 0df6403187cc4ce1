using BookRec.Client.Http;

namespace BookRec.Client.Accounts;

/// <summary>What people do with their own account.</summary>
public sealed class AccountClient
{
    private readonly Calls _calls;

    internal AccountClient(Calls calls) => _calls = calls;

    public Task<Account> Get(CancellationToken cancellation = default) => _calls.Ask<Account>(Call.Get("api/account"), cancellation);

    /// <summary>All other sessions end; this one goes on.</summary>
    public Task ChangePassword(PasswordChange change, CancellationToken cancellation = default)
        => _calls.Tell(Call.Post("api/account/password", change), cancellation);

    /// <summary>Where the account is logged in, the latest login first.</summary>
    public Task<Page<SessionInfo>> Sessions(CancellationToken cancellation = default)
        => _calls.Ask<Page<SessionInfo>>(Call.Get("api/account/sessions"), cancellation);

    public Task EndSession(Guid id, CancellationToken cancellation = default) => _calls.Tell(Call.Delete($"api/account/sessions/{id}"), cancellation);

    /// <summary>Ends every session, this one too.</summary>
    public Task EndAllSessions(CancellationToken cancellation = default) => _calls.Tell(Call.Delete("api/account/sessions"), cancellation);

    public Task<Export> Export(CancellationToken cancellation = default) => _calls.Ask<Export>(Call.Get("api/account/export"), cancellation);

    /// <summary>Erases the account with everything that is held about it, for good.</summary>
    public Task Erase(CancellationToken cancellation = default) => _calls.Tell(Call.Delete("api/account"), cancellation);
}
