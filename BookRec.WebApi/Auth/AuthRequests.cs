using System.ComponentModel.DataAnnotations;
using System.Text;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.WebApi.Requests;

namespace BookRec.WebApi.Auth;

/// <param name="Email">The address to log in with.</param>
/// <param name="Password">At least 8 characters and at most 72 bytes of UTF-8, beyond which the hash would not look.</param>
/// <param name="DisplayName">At most 100 characters.</param>
public sealed record RegisterRequest(
    [property: Required] string? Email,
    [property: Required] string? Password,
    string? DisplayName = null) : IValidated
{
    private const int MinimumPasswordLength = 8;

    public void Validate(FieldErrors errors, DateTimeOffset now)
    {
        errors.Require(Email is not null, "email", Words.Required);
        errors.Require(Email is null || TextRules.IsEmail(Email.Trim()), "email", "must be an e-mail address");
        errors.Password(Password);
        errors.Require(Password is null || Password.Length >= MinimumPasswordLength, "password", $"must have at least {MinimumPasswordLength} characters");
        errors.Text("display_name", DisplayName, 100);
    }

    public Registration ToRegistration() => new(Email!.Trim(), Password!, DisplayName?.Trim());
}

public sealed record LoginRequest([property: Required] string? Email, [property: Required] string? Password) : IValidated
{
    public void Validate(FieldErrors errors, DateTimeOffset now)
    {
        errors.RequiredText("email", Email, TextRules.EmailLength);
        errors.Password(Password);
    }
}

/// <param name="RefreshToken">As the last login or refresh gave it.</param>
public sealed record RefreshRequest([property: Required] string? RefreshToken) : IValidated
{
    private const int MaximumLength = 500;

    /// <summary>The length of a family's id at the front of a token.</summary>
    private const int FamilyLength = 32;

    public void Validate(FieldErrors errors, DateTimeOffset now) => errors.RequiredText("refresh_token", RefreshToken, MaximumLength);

    /// <summary>The family the token says it belongs to; whether it does is for the family's grain to tell.</summary>
    public bool TryGetFamily(out Guid family)
    {
        family = default;
        return RefreshToken is { Length: > FamilyLength } token
            && token[FamilyLength] == '.'
            && Guid.TryParseExact(token[..FamilyLength], "N", out family);
    }
}

/// <param name="Role"><c>user</c> or <c>admin</c>.</param>
public sealed record RegisterResponse(Guid UserId, string? Email, Role Role)
{
    public static RegisterResponse From(Account account) => new(account.Id, account.Email, account.Role);
}

/// <param name="TokenType">Always <c>bearer</c>.</param>
/// <param name="ExpiresIn">Seconds the access token holds.</param>
public sealed record TokenResponse(string AccessToken, string RefreshToken, string TokenType, int ExpiresIn);

internal static class PasswordRules
{
    private const int MaximumBytes = 72;

    public static void Password(this FieldErrors errors, string? password)
    {
        errors.Require(!string.IsNullOrEmpty(password), "password", Words.Required);
        errors.Require(password is null || Encoding.UTF8.GetByteCount(password) <= MaximumBytes, "password", $"must have at most {MaximumBytes} bytes");
        errors.Require(password is null || !password.Contains('\0', StringComparison.Ordinal), "password", "must not contain NUL");
    }
}
