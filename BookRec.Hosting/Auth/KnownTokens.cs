using System.Collections.Concurrent;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace BookRec.Hosting.Auth;

/// <summary>
/// Remembers tokens that were found good, since the same one comes with every request: it is taken apart and its signature checked once. What
/// can change about a token is still looked at each time: its key and its end here, its session and its role by <see cref="LiveSessions"/>.
/// </summary>
internal sealed class KnownTokens(SigningKeys keys, TimeProvider clock) : TokenHandler
{
    private const int MostRemembered = 10_000;

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly ConcurrentDictionary<string, TokenValidationResult> _good = new(StringComparer.Ordinal);

    public override SecurityToken ReadToken(string token) => _handler.ReadToken(token);

    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        if (_good.TryGetValue(token, out var known) && StillHolds((JsonWebToken)known.SecurityToken))
            return known;

        var result = await _handler.ValidateTokenAsync(token, validationParameters);
        if (result.IsValid)
            Remember(token, result);
        return result;
    }

    private bool StillHolds(JsonWebToken token) => clock.GetUtcNow().UtcDateTime < token.ValidTo && keys.Find(token.Kid) is not null;

    private void Remember(string token, TokenValidationResult result)
    {
        // All that is lost is a check for each token that is in use.
        if (_good.Count >= MostRemembered)
            _good.Clear();
        _good[token] = result;
    }
}
