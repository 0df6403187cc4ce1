using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Storage.Accounts;

namespace BookRec.Grains.Accounts;

/// <summary>The sessions as they are kept.</summary>
public sealed record AccessState
{
    /// <summary>In the order of their beginning.</summary>
    public IReadOnlyList<SessionInfo> Sessions { get; init; } = [];
}

/// <summary>One account's access: owns its living sessions; keeps a copy of its row, which nobody else changes.</summary>
public sealed class AccessGrain([PersistentState(AccessGrain.StateName)] IPersistentState<AccessState> stored, AccountStore accounts, Passwords passwords, TimeProvider time)
    : Grain, IAccessGrain
{
    internal const string StateName = "access";

    /// <summary>More at once is a program that logs in anew each time; its oldest sessions end.</summary>
    private const int MostSessions = 100;

    private Account? _account;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
        => _account = await accounts.Find(this.GetPrimaryKey(), cancellationToken);

    public Task<Role?> RoleOf(Guid session) => Task.FromResult(Usable && Living.Any(s => s.Id == session) ? _account!.Role : (Role?)null);

    public async Task<Account> Begin(SessionInfo session)
    {
        // Somebody may have asked for this account before it was there.
        _account ??= await accounts.Find(this.GetPrimaryKey());
        if (!Usable)
            throw new RejectedException(RejectionKind.Unauthenticated, "This account cannot be used.");
        await Keep([.. Living.TakeLast(MostSessions - 1), session]);
        return _account!;
    }

    public async Task<Account?> Renew(Guid session)
    {
        if (!Usable || Living.FirstOrDefault(s => s.Id == session) is not { } living)
            return null;
        await Keep([.. Living.Select(s => s.Id == session ? living with { LastUsedAt = time.GetUtcNow() } : s)]);
        return _account;
    }

    public Task<IReadOnlyList<SessionInfo>> Sessions() => Task.FromResult<IReadOnlyList<SessionInfo>>([.. Living.Reverse()]);

    public async Task<bool> End(Guid session)
    {
        if (Living.All(s => s.Id != session))
            return false;
        await Keep([.. Living.Where(s => s.Id != session)]);
        return true;
    }

    public Task EndAll() => Keep([]);

    public async Task ChangePassword(string current, string next, Guid kept)
    {
        // A login that hashes the old password anew may come between: then what is replaced is another hash of it.
        string? replaced;
        do
        {
            replaced = (await accounts.FindCredentials(this.GetPrimaryKey()))?.PasswordHash;
            if (!await passwords.Matches(current, replaced))
                throw new RejectedException(RejectionKind.Invalid, "is not your password", "current_password");

            // First: should the change fail half-way, nobody is left logged in by a password that does not hold any more.
            await Keep([.. Living.Where(s => s.Id == kept)]);
        }
        while (!await accounts.SetPassword(this.GetPrimaryKey(), await passwords.Hash(next), replaced!));
    }

    public async Task<Account?> Get() => _account = await accounts.Find(this.GetPrimaryKey());

    public Task<Account?> SetRole(Role role) => Changed(accounts.SetRole(this.GetPrimaryKey(), role));

    public async Task<Account?> SetDisabled(bool disabled)
    {
        var account = await Changed(accounts.SetDisabled(this.GetPrimaryKey(), disabled));
        if (disabled)
            await Keep([]);
        return account;
    }

    public async Task Forget()
    {
        _account = null;
        await Keep([]);
        await Stored(stored.ClearStateAsync(CancellationToken.None));
        DeactivateOnIdle();
    }

    private bool Usable => _account is { DisabledAt: null };

    private IEnumerable<SessionInfo> Living
    {
        get
        {
            var now = time.GetUtcNow();
            return stored.State.Sessions.Where(s => s.ExpiresAt > now);
        }
    }

    /// <summary>What ended has ended from here on, even while it is being written.</summary>
    private async Task Keep(IReadOnlyList<SessionInfo> sessions)
    {
        var gone = stored.State.Sessions.ExceptBy(sessions.Select(session => session.Id), session => session.Id).ToList();
        stored.State = new AccessState { Sessions = sessions };
        await Stored(stored.WriteStateAsync(CancellationToken.None));

        // Not awaited: the session may be the one that asks. What gets lost is forgotten with all that is old.
        foreach (var session in gone)
            GrainFactory.GetGrain<ISessionGrain>(session.Id).Forget().Ignore();
    }

    private async Task<Account?> Changed(Task<Account?> change)
    {
        await Stored(change);
        return _account = await change;
    }

    private async Task Stored(Task write)
    {
        try
        {
            await write;
        }
        catch (Exception failure) when (failure is not RejectedException)
        {
            // Whether it was written is not known here: read it again on the next activation.
            DeactivateOnIdle();
            throw;
        }
    }
}
