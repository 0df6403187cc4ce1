using System.Security.Claims;
using BookRec.Grains.Interfaces.Accounts;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace BookRec.Hosting.Auth;

/// <summary>Mints access tokens: JWT, HS256, short-lived, telling who, in which role and in which session.</summary>
public sealed class AccessTokens(HostSettings settings, SigningKeys keys, TimeProvider clock)
{
    /// <summary>RFC 9068, so that no other JWT under the same key is ever taken for an access token.</summary>
    public const string MediaType = "at+jwt";

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    public TimeSpan Lifetime => settings.Tokens.AccessTokenLifetime;

    /// <param name="session">The refresh-token family the login began.</param>
    public string Mint(Account account, Guid session)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = settings.Tokens.Issuer,
            Audience = settings.Tokens.Audience,
            IssuedAt = now,
            Expires = now + Lifetime,
            Subject = new ClaimsIdentity(
            [
                new Claim(ClaimNames.Subject, account.Id.ToString()),
                new Claim(ClaimNames.Role, ClaimNames.Word(account.Role)),
                new Claim(ClaimNames.Session, session.ToString()),
                new Claim(ClaimNames.TokenId, Guid.NewGuid().ToString("N")),
            ]),
            SigningCredentials = keys.Credentials,
            TokenType = MediaType,
        });
    }
}

public static class ClaimNames
{
    public const string Subject = "sub";
    public const string Role = "role";
    public const string Session = "sid";
    public const string TokenId = "jti";

    /// <summary>A role as tokens spell it.</summary>
    public static string Word(Role role) => role switch
    {
        BookRec.Grains.Interfaces.Accounts.Role.User => "user",
        BookRec.Grains.Interfaces.Accounts.Role.Admin => "admin",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };
}
