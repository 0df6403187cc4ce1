namespace BookRec.Grains.Interfaces.Accounts;

/// <summary>
/// One refresh-token family: a login and all tokens that descend from it. Keyed by the family's id. One grain is one queue, so rotation
/// and reuse detection need no locks.
/// </summary>
[Alias("bookrec.ISessionGrain")]
public interface ISessionGrain : IGrainWithGuidKey
{
    /// <summary>Begins the family.</summary>
    /// <returns>The first refresh token; it is shown once and only its hash is kept.</returns>
    /// <param name="accountId">Whose.</param>
    /// <param name="client">What the client calls itself, to be recognised in a list of sessions.</param>
    [Alias("Start")]
    Task<RefreshGrant> Start(Guid accountId, string? client);

    /// <summary>Spends a refresh token for its successor.</summary>
    /// <returns>The successor, or null when the token is unknown, expired or spent; a spent token revokes the family.</returns>
    [Alias("Refresh")]
    Task<RefreshGrant?> Refresh(string refreshToken);

    /// <summary>Ends the family if the token belongs to it and to the account.</summary>
    [Alias("Revoke")]
    Task Revoke(Guid accountId, string refreshToken);

    /// <summary>Removes what is kept, after the session has ended.</summary>
    [Alias("Forget")]
    Task Forget();
}

/// <summary>A refresh token and whose it is.</summary>
/// <param name="Token">Opaque; begins with the family's id so that any front can find the grain.</param>
[GenerateSerializer, Immutable, Alias("bookrec.RefreshGrant")]
public sealed record RefreshGrant([property: Id(0)] Account Account, [property: Id(1)] string Token, [property: Id(2)] DateTimeOffset ExpiresAt);
