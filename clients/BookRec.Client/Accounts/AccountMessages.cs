namespace BookRec.Client.Accounts;

public enum Role
{
    Unknown,
    User,
    Admin,
}

/// <param name="DisabledAt">Since when it cannot be used; null while it can.</param>
public sealed record Account(Guid UserId, string? Email, string? DisplayName, Role Role, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt);

/// <param name="NewPassword">At least 12 characters and at most 72 bytes of UTF-8.</param>
public sealed record PasswordChange(string CurrentPassword, string NewPassword);

/// <param name="Client">What the client called itself at the login.</param>
/// <param name="Current">Whether this is the session that asks.</param>
public sealed record SessionInfo(Guid Id, DateTimeOffset StartedAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt, string? Client, bool Current);

/// <summary>Everything that is held about a person.</summary>
public sealed record Export(
    DateTimeOffset ExportedAt,
    Account Account,
    IReadOnlyList<SessionInfo> Sessions,
    IReadOnlyList<Interactions.Interaction> Interactions,
    IReadOnlyList<UsedKey> IdempotencyKeys,
    IReadOnlyList<AccountEvent> AdministratorActions);

/// <summary>An idempotency key that is still remembered.</summary>
public sealed record UsedKey(string Key, DateTimeOffset At);

/// <summary>What an administrator did to the account.</summary>
/// <param name="Status">How it ended, as an HTTP status.</param>
public sealed record AccountEvent(DateTimeOffset At, string Action, int? Status);
