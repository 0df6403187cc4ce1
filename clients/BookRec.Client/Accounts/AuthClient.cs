using BookRec.Client.Http;

namespace BookRec.Client.Accounts;

/// <summary>Registering, and the session of this client.</summary>
public sealed class AuthClient
{
    private readonly Calls _calls;
    private readonly Session _session;

    internal AuthClient(Calls calls, Session session) => (_calls, _session) = (calls, session);

    public Task<RegisteredAccount> Register(Registration registration, CancellationToken cancellation = default)
        => _calls.Ask<RegisteredAccount>(Call.Post("api/auth/register", registration) with { NeedsToken = false }, cancellation);

    /// <summary>Begins a session; all calls from now on are this account's.</summary>
    public Task<Tokens> LogIn(Credentials credentials, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        return _session.LogIn(credentials, cancellation);
    }

    /// <summary>Renews the tokens now. Nobody needs to: the client does it by itself before they run out.</summary>
    public Task<Tokens> Refresh(CancellationToken cancellation = default) => _session.Refresh(cancellation);

    /// <summary>Ends the session.</summary>
    public async Task LogOut(CancellationToken cancellation = default)
    {
        // Made when it is sent: by then the tokens may have been renewed.
        await _calls.Tell(Call.Post("api/auth/logout", () => new RefreshRequest(_session.RefreshToken)), cancellation);
        _session.Forget();
    }
}
