namespace BookRec.Grains.Interfaces.Accounts;

/// <summary>What an account may do.</summary>
public enum Role
{
    User = 1,
    Admin = 2,
}

/// <summary>Where an account comes from. Only a person can log in.</summary>
public enum AccountKind
{
    Person = 1,
    Imported = 2,
    Simulated = 3,
}

/// <summary>An account without its credentials.</summary>
/// <param name="Email">As registered; null for accounts without a login.</param>
/// <param name="DisabledAt">Since when it cannot be used; null while it can.</param>
[GenerateSerializer, Immutable, Alias("bookrec.Account")]
public sealed record Account(
    [property: Id(0)] Guid Id,
    [property: Id(1)] string? Email,
    [property: Id(2)] string? DisplayName,
    [property: Id(3)] Role Role,
    [property: Id(4)] AccountKind Kind,
    [property: Id(5)] DateTimeOffset CreatedAt,
    [property: Id(6)] DateTimeOffset? DisabledAt = null);

/// <summary>A person who wants an account.</summary>
[GenerateSerializer, Immutable, Alias("bookrec.Registration")]
public sealed record Registration([property: Id(0)] string Email, [property: Id(1)] string Password, [property: Id(2)] string? DisplayName);
