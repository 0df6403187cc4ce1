using System.ComponentModel.DataAnnotations;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Hosting;
using BookRec.WebApi.Requests;

namespace BookRec.WebApi.Auth;

/// <param name="Email">The address to log in with.</param>
/// <param name="Password">At least 12 characters and at most 72 bytes of UTF-8, beyond which the hash would not look; not a common one.</param>
/// <param name="DisplayName">At most 100 characters.</param>
public sealed record RegisterRequest(
    [property: Required] string? Email,
    [property: Required] string? Password,
    string? DisplayName = null) : IValidated
{
    public void Validate(FieldErrors errors, DateTimeOffset now) => errors.Registration(Email, Password, DisplayName);

    public Registration ToRegistration() => new(Email!.Trim(), Password!, DisplayName?.Trim());
}

public sealed record LoginRequest([property: Required] string? Email, [property: Required] string? Password) : IValidated
{
    public void Validate(FieldErrors errors, DateTimeOffset now)
    {
        errors.RequiredText("email", Email, TextRules.EmailLength);
        errors.Password("password", Password);
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
    /// <summary>The rules for whoever creates an account, for themselves or for others.</summary>
    public static void Registration(this FieldErrors errors, string? email, string? password, string? displayName)
    {
        errors.Require(email is not null, "email", Words.Required);
        errors.Require(email is null || TextRules.IsEmail(email.Trim()), "email", "must be an e-mail address");
        errors.NewPassword("password", password, email);
        errors.Text("display_name", displayName, 100);
    }

    /// <summary>A password that may be right, chosen under whatever rules there were.</summary>
    public static void Password(this FieldErrors errors, string field, string? password)
    {
        errors.Require(!string.IsNullOrEmpty(password), field, Words.Required);
        foreach (var problem in PasswordPolicy.Malformed(password ?? ""))
            errors.Add(field, problem);
    }

    /// <summary>A password that somebody chooses now.</summary>
    public static void NewPassword(this FieldErrors errors, string field, string? password, string? email)
    {
        errors.Require(!string.IsNullOrEmpty(password), field, Words.Required);
        if (string.IsNullOrEmpty(password))
            return;
        foreach (var problem in PasswordPolicy.Problems(password, email))
            errors.Add(field, problem);
    }
}
