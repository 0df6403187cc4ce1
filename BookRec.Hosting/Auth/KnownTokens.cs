using BookRec.Hosting.Secrets;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace BookRec.Hosting.Auth;

/// <summary>
/// Remembers tokens that were found good, since the same one comes with every request: it is taken apart and its signature checked once. What
/// can change about a token is still looked at each time: its key and its end here, its session and its role by <see cref="LiveSessions"/>.
/// </summary>
/// <param name="watch">Where a key that is not known may be learnt: others may have been told of it already. Null when no secret is named.</param>
internal sealed class KnownTokens(SigningKeys keys, SecretWatch? watch, TimeProvider clock) : TokenHandler
{
    private const int MostTokens = 10_000;

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly Remembered<string, TokenValidationResult> _good = new(MostTokens, StringComparer.Ordinal);

    public override SecurityToken ReadToken(string token) => _handler.ReadToken(token);

    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        if (_good.Find(token) is { } known && StillHolds((JsonWebToken)known.SecurityToken))
            return known;

        var result = await _handler.ValidateTokenAsync(token, validationParameters);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException && watch is not null)
        {
            await watch.ReadAgain(CancellationToken.None);
            result = await _handler.ValidateTokenAsync(token, validationParameters);
        }

        if (result.IsValid)
            _good.Keep(token, result);
        return result;
    }

    private bool StillHolds(JsonWebToken token) => clock.GetUtcNow().UtcDateTime < token.ValidTo && keys.Find(token.Kid) is not null;
}
