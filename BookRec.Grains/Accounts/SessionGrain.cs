using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Accounts;
using Microsoft.Extensions.Logging;

namespace BookRec.Grains.Accounts;

/// <summary>A token family as it is kept: hashes only.</summary>
public sealed record SessionState
{
    public Guid AccountId { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>SHA-256 of the one token that can be spent, lower-case hex; null when there is no such family.</summary>
    public string? Current { get; init; }

    /// <summary>SHA-256 of the tokens spent so far, oldest first.</summary>
    public IReadOnlyList<string> Spent { get; init; } = [];
}

/// <summary>One refresh-token family: owns which token can be spent; the account's <see cref="IAccessGrain"/> says whether the session lives.</summary>
public sealed class SessionGrain([PersistentState(SessionGrain.StateName)] IPersistentState<SessionState> stored, TimeProvider time, ILogger<SessionGrain> log)
    : Grain, ISessionGrain
{
    internal const string StateName = "session";

    /// <summary>From the login on; refreshing does not extend it.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>A client that refreshes far more often than every half hour loses the oldest hashes, not its session.</summary>
    private const int MostSpentRemembered = 1000;

    private IGrainTimer? _leaving;

    public async Task<RefreshGrant> Start(Guid accountId, string? client)
    {
        if (stored.RecordExists)
            throw new RejectedException(RejectionKind.Conflict, "This session has begun already.");
        var now = time.GetUtcNow();
        var state = new SessionState { AccountId = accountId, ExpiresAt = now + Lifetime };
        var account = await Access(state).Begin(new SessionInfo(this.GetPrimaryKey(), now, now, state.ExpiresAt, client));
        return await Grant(account, state);
    }

    public async Task<RefreshGrant?> Refresh(string refreshToken)
    {
        if (!stored.RecordExists)
        {
            // Anybody can make up families; what is not there is not kept.
            _leaving ??= this.LeaveSoon();
            return null;
        }

        var state = stored.State;
        var hash = HashOf(refreshToken);
        if (state.Current is null || state.ExpiresAt <= time.GetUtcNow())
            return null;
        if (state.Spent.Contains(hash))
        {
            // RFC 9700, section 4.14.2: somebody holds a copy, and which of the two is the thief cannot be told.
            log.LogWarning("A spent refresh token came again; session {SessionId} is revoked", this.GetPrimaryKey());
            await End(state);
            return null;
        }

        if (hash != state.Current)
            return null;
        if (await Access(state).Renew(this.GetPrimaryKey()) is { } account)
            return await Grant(account, state with { Spent = [.. state.Spent.Append(hash).TakeLast(MostSpentRemembered)] });
        await Forget();
        return null;
    }

    public async Task Revoke(Guid accountId, string refreshToken)
    {
        var hash = HashOf(refreshToken);
        if (stored.State is { Current: not null } state && state.AccountId == accountId && (hash == state.Current || state.Spent.Contains(hash)))
            await End(state);
    }

    public async Task Forget()
    {
        _leaving ??= this.LeaveSoon();
        if (stored.RecordExists)
            await Stored(stored.ClearStateAsync);
    }

    /// <summary>First where every front asks; if the second step fails, the token finds no living session.</summary>
    private async Task End(SessionState state)
    {
        await Access(state).End(this.GetPrimaryKey());
        await Forget();
    }

    private IAccessGrain Access(SessionState state) => GrainFactory.GetGrain<IAccessGrain>(state.AccountId);

    private async Task<RefreshGrant> Grant(Account account, SessionState state)
    {
        var token = $"{this.GetPrimaryKey():N}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";
        await Write(state with { Current = HashOf(token) });
        return new RefreshGrant(account, token, state.ExpiresAt);
    }

    private async Task Write(SessionState next)
    {
        stored.State = next;
        await Stored(stored.WriteStateAsync);
    }

    private async Task Stored(Func<CancellationToken, Task> write)
    {
        try
        {
            await write(CancellationToken.None);
        }
        catch
        {
            // Whether it was written is not known here: read it again on the next activation.
            DeactivateOnIdle();
            throw;
        }
    }

    private static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
