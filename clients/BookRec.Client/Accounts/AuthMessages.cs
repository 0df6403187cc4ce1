namespace BookRec.Client.Accounts;

/// <param name="Password">At least 12 characters and at most 72 bytes of UTF-8; not a common one.</param>
/// <param name="DisplayName">At most 100 characters.</param>
public sealed record Registration(string Email, string Password, string? DisplayName = null);

public sealed record RegisteredAccount(Guid UserId, string? Email, Role Role);

/// <param name="TokenType">Always <c>bearer</c>.</param>
/// <param name="ExpiresIn">Seconds the access token holds.</param>
public sealed record Tokens(string AccessToken, string RefreshToken, string TokenType, int ExpiresIn);

internal sealed record LoginRequest(string Email, string Password);

internal sealed record RefreshRequest(string RefreshToken);
