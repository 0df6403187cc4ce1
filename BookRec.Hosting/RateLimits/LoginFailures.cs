using BookRec.Hosting.Auth;

namespace BookRec.Hosting.RateLimits;

/// <summary>Counts wrong passwords: those of an address at logins, which the client address alone would not show, and an account's own when it changes its password.</summary>
public sealed class LoginFailures(IBuckets buckets, RateLimitSettings settings, SigningKeys keys)
{
    /// <summary>Counts a try as failed until it has succeeded, so that many at once are counted too.</summary>
    /// <param name="whose">A normalised e-mail address or an account's id.</param>
    /// <exception cref="TooManyRequestsException">There were too many, for an address that has an account or not.</exception>
    public async ValueTask Begin(string whose)
    {
        if (await buckets.Take(KeyOf(whose), settings.LoginFailures) is { Taken: false } grant)
            throw new TooManyRequestsException(grant.Wait);
    }

    public async ValueTask Succeed(string whose) => await buckets.Take(KeyOf(whose), settings.LoginFailures, cost: -1);

    /// <summary>Redis is no place for addresses.</summary>
    private string KeyOf(string whose) => $"failures:{keys.Current.Pseudonym(whose)}";
}

/// <summary>Becomes 429.</summary>
public sealed class TooManyRequestsException(TimeSpan wait) : Exception("There were too many tries; wait before the next one.")
{
    public TimeSpan Wait => wait;
}
