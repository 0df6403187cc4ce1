using Orleans.Concurrency;

namespace BookRec.Grains.Interfaces.Accounts;

/// <summary>
/// One account's access: whether it may be used, in which role, and its living sessions. Keyed by the account's id. Whatever ends a session
/// happens here, and every front asks here, so that it takes effect everywhere as soon as the fronts ask again.
/// </summary>
/// <remarks>Session grains call this one; it waits for none of them, so that the two cannot wait for each other.</remarks>
[Alias("bookrec.IAccessGrain")]
public interface IAccessGrain : IGrainWithGuidKey
{
    /// <summary>The account's role as it is now, or null when the session has ended or the account cannot be used.</summary>
    [Alias("RoleOf"), AlwaysInterleave, Idempotent]
    Task<Role?> RoleOf(Guid session);

    /// <summary>Adds a session.</summary>
    /// <exception cref="RejectedException"><see cref="RejectionKind.Unauthenticated"/> when the account cannot be used.</exception>
    [Alias("Begin")]
    Task<Account> Begin(SessionInfo session);

    /// <summary>Notes that a session was used.</summary>
    /// <returns>The account, or null when the session has ended.</returns>
    [Alias("Renew")]
    Task<Account?> Renew(Guid session);

    /// <summary>The living sessions, the newest first.</summary>
    [Alias("Sessions"), Idempotent]
    Task<IReadOnlyList<SessionInfo>> Sessions();

    /// <returns>False when this account has no such session.</returns>
    [Alias("End")]
    Task<bool> End(Guid session);

    [Alias("EndAll")]
    Task EndAll();

    /// <summary>Sets another password and ends all sessions but one.</summary>
    /// <param name="kept">The session that asks.</param>
    /// <exception cref="RejectedException"><see cref="RejectionKind.Invalid"/> with field <c>current_password</c> when that is wrong.</exception>
    [Alias("ChangePassword"), ResponseTimeout("00:00:30")]
    Task ChangePassword(string current, string next, Guid kept);

    /// <summary>The account, disabled or not; null when there is none.</summary>
    [Alias("Get"), Idempotent]
    Task<Account?> Get();

    /// <exception cref="RejectedException"><see cref="RejectionKind.Conflict"/> when no administrator would be left.</exception>
    [Alias("SetRole")]
    Task<Account?> SetRole(Role role);

    /// <summary>Makes the account unusable, ending its sessions, or usable again.</summary>
    /// <exception cref="RejectedException"><see cref="RejectionKind.Conflict"/> when no administrator would be left.</exception>
    [Alias("SetDisabled")]
    Task<Account?> SetDisabled(bool disabled);

    /// <summary>Removes what is kept, after the account was erased.</summary>
    [Alias("Forget")]
    Task Forget();
}

/// <summary>A login that has not ended.</summary>
/// <param name="Client">What the client calls itself; null when it says nothing.</param>
[GenerateSerializer, Immutable, Alias("bookrec.SessionInfo")]
public sealed record SessionInfo(
    [property: Id(0)] Guid Id,
    [property: Id(1)] DateTimeOffset StartedAt,
    [property: Id(2)] DateTimeOffset LastUsedAt,
    [property: Id(3)] DateTimeOffset ExpiresAt,
    [property: Id(4)] string? Client);
