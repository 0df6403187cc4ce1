namespace BookRec.Grains.Interfaces.Accounts;

/// <summary>
/// One address: registration and login, in order, for whoever owns it. Keyed by <see cref="EmailAddress.Normalise"/>, so that two racing
/// registrations of one address meet here (the database's unique index decides when they do not).
/// </summary>
[Alias("bookrec.IAccountGrain")]
public interface IAccountGrain : IGrainWithStringKey
{
    /// <summary>Creates the account with role <see cref="Role.User"/>.</summary>
    /// <exception cref="RejectedException"><see cref="RejectionKind.Conflict"/> with field <c>email</c> when the address is taken.</exception>
    [Alias("Register"), ResponseTimeout("00:00:30")]
    Task<Account> Register(Registration registration);

    /// <summary>As <see cref="Register"/>, in a role that an administrator chose.</summary>
    [Alias("Create"), ResponseTimeout("00:00:30")]
    Task<Account> Create(Registration registration, Role role);

    /// <summary>The account when the password is right, otherwise null; takes the same time in both cases.</summary>
    [Alias("Authenticate"), Idempotent, ResponseTimeout("00:00:30")]
    Task<Account?> Authenticate(string password);
}
