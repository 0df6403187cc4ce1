using System.Net;
using BookRec.Client.Accounts;

namespace BookRec.Client.Http;

/// <summary>
/// The tokens of the account that is logged in. A refresh token works once and ends the session when it comes again, so one caller at a time
/// logs in or refreshes, and the others go on with what that one got.
/// </summary>
internal sealed class Session(Wire wire, Retries retries, BookRecClientOptions options) : IDisposable
{
    /// <summary>A token is renewed when this share of its life is over.</summary>
    private const double UsedShare = 0.9;

    private readonly SemaphoreSlim _turn = new(1);
    private string? _refreshToken = options.RefreshToken;
    private volatile AccessToken? _access;

    public void Dispose() => _turn.Dispose();

    /// <exception cref="InvalidOperationException">Nobody is logged in.</exception>
    public string RefreshToken => _refreshToken ?? throw new InvalidOperationException("Nobody is logged in.");

    /// <summary>A token that should work; null when nobody is logged in.</summary>
    public async ValueTask<string?> Token(CancellationToken cancellation)
        => _access is { } access && options.Time.GetUtcNow() < access.RenewAt ? access.Text : await Renew(_access?.Text, cancellation);

    /// <summary>A token in place of one that does not work; null when it takes the person to log in again.</summary>
    public Task<string?> Renew(string? stale, CancellationToken cancellation) => InTurn(
        async () =>
        {
            if (_access is { } access && access.Text != stale)
                return access.Text;
            var tokens = await TryRefresh();
            if (tokens is null && options.Credentials is { } credentials)
                tokens = await Ask(LogInCall(credentials));
            return tokens?.AccessToken;
        },
        cancellation);

    /// <exception cref="BookRecException">401: the address or the password is wrong.</exception>
    public Task<Tokens> LogIn(Credentials credentials, CancellationToken cancellation) => InTurn(() => Ask(LogInCall(credentials)), cancellation);

    /// <exception cref="BookRecException">401: the session has ended.</exception>
    public Task<Tokens> Refresh(CancellationToken cancellation) => InTurn(() => Ask(RefreshCall()), cancellation);

    public void Forget() => (_refreshToken, _access) = (null, null);

    private async Task<Tokens?> TryRefresh()
    {
        if (_refreshToken is null)
            return null;
        try
        {
            return await Ask(RefreshCall());
        }
        catch (BookRecException refused) when (refused.Status == HttpStatusCode.Unauthorized)
        {
            // The session has ended; a login, if there can be one, begins another.
            Forget();
            return null;
        }
    }

    private async Task<Tokens> Ask(Call call)
    {
        var response = await retries.Send(call, token => wire.Send(call, accessToken: null, token), CancellationToken.None);
        if (!response.IsSuccessStatusCode)
            throw await Wire.Refusal(response, CancellationToken.None);
        var tokens = await Wire.Read<Tokens>(response, CancellationToken.None);
        _refreshToken = tokens.RefreshToken;
        _access = new AccessToken(tokens.AccessToken, options.Time.GetUtcNow() + TimeSpan.FromSeconds(tokens.ExpiresIn * UsedShare));
        options.TokensChanged?.Invoke(tokens);
        return tokens;
    }

    /// <summary>
    /// A caller may stop waiting, but what is asked is heard to its end: tokens that were given and not kept would end the session for all others.
    /// </summary>
    private async Task<T> InTurn<T>(Func<Task<T>> ask, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        return await Asked().WaitAsync(cancellation);

        async Task<T> Asked()
        {
            try
            {
                return await ask();
            }
            finally
            {
                _turn.Release();
            }
        }
    }

    private static Call LogInCall(Credentials credentials) => Call.Post("api/auth/login", new LoginRequest(credentials.Email, credentials.Password));

    private Call RefreshCall() => Call.Post("api/auth/refresh", new RefreshRequest(RefreshToken));

    private sealed record AccessToken(string Text, DateTimeOffset RenewAt);
}
