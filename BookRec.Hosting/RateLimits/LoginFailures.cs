using BookRec.Hosting.Auth;

namespace BookRec.Hosting.RateLimits;

/// <summary>Counts the failed logins of an address, which the client address alone would not show.</summary>
public sealed class LoginFailures(IBuckets buckets, RateLimitSettings settings, SigningKeys keys)
{
    /// <summary>Counts a try as failed until it has succeeded, so that many at once are counted too.</summary>
    /// <exception cref="TooManyRequestsException">There were too many, for an address that has an account or not.</exception>
    public async ValueTask Begin(string email)
    {
        if (await buckets.Take(KeyOf(email), settings.LoginFailures) is { Taken: false } grant)
            throw new TooManyRequestsException(grant.Wait);
    }

    public async ValueTask Succeed(string email) => await buckets.Take(KeyOf(email), settings.LoginFailures, cost: -1);

    /// <summary>Redis is no place for addresses.</summary>
    private string KeyOf(string email) => $"failures:{keys.Current.Pseudonym(email)}";
}

/// <summary>Becomes 429.</summary>
public sealed class TooManyRequestsException(TimeSpan wait) : Exception("There were too many tries; wait before the next one.")
{
    public TimeSpan Wait => wait;
}
