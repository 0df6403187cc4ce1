using System.ComponentModel.DataAnnotations;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Readers;
using BookRec.WebApi.Auth;
using BookRec.WebApi.Interactions;
using BookRec.WebApi.Requests;

namespace BookRec.WebApi.Accounts;

/// <param name="CurrentPassword">The one that holds until now.</param>
/// <param name="NewPassword">At least 12 characters and at most 72 bytes of UTF-8.</param>
public sealed record PasswordChangeRequest([property: Required] string? CurrentPassword, [property: Required] string? NewPassword) : IValidated
{
    public void Validate(FieldErrors errors, DateTimeOffset now)
    {
        errors.Password("current_password", CurrentPassword);
        errors.NewPassword("new_password", NewPassword, email: null);
    }
}

/// <param name="Role"><c>user</c> or <c>admin</c>.</param>
/// <param name="DisabledAt">Since when it cannot be used; null while it can.</param>
public sealed record AccountResponse(
    Guid UserId, string? Email, string? DisplayName, Role Role, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt)
{
    public static AccountResponse From(Account account)
        => new(account.Id, account.Email, account.DisplayName, account.Role, account.CreatedAt, account.DisabledAt);
}

/// <param name="Client">What the client called itself at the login.</param>
/// <param name="Current">Whether this is the session that asks.</param>
public sealed record SessionResponse(Guid Id, DateTimeOffset StartedAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt, string? Client, bool Current)
{
    public static SessionResponse From(SessionInfo session, Guid current)
        => new(session.Id, session.StartedAt, session.LastUsedAt, session.ExpiresAt, session.Client, session.Id == current);
}

/// <summary>What an administrator did to the account.</summary>
/// <param name="Status">How it ended, as an HTTP status.</param>
public sealed record AccountEventResponse(DateTimeOffset At, string Action, int? Status)
{
    public static AccountEventResponse From(AuditEntry entry) => new(entry.At, entry.Action, entry.Status);
}

/// <summary>An idempotency key that is still remembered.</summary>
public sealed record UsedKeyResponse(string Key, DateTimeOffset At)
{
    public static UsedKeyResponse From(UsedKey used) => new(used.Key, used.At);
}

public sealed record ExportResponse(
    DateTimeOffset ExportedAt,
    AccountResponse Account,
    IReadOnlyList<SessionResponse> Sessions,
    IReadOnlyList<InteractionResponse> Interactions,
    IReadOnlyList<UsedKeyResponse> IdempotencyKeys,
    IReadOnlyList<AccountEventResponse> AdministratorActions);
