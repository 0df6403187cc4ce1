using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Storage.Databases;

namespace BookRec.Storage.Accounts;

/// <summary>What a login is checked against.</summary>
public sealed record Credentials(Account Account, string? PasswordHash);

/// <summary>Accounts and their password hashes. Addresses are unique by their normalised form.</summary>
public sealed class AccountStore(Database database, TimeProvider time)
{
    /// <summary>The form in which addresses are compared: trimmed, NFC, invariant lower case.</summary>
    public static string NormaliseEmail(string email) => throw new NotImplementedException();

    /// <exception cref="RejectedException">Conflict with field <c>email</c> when the address is taken.</exception>
    public Task<Account> Create(string email, string passwordHash, string? displayName, Role role, CancellationToken cancellationToken = default)
        => throw new NotImplementedException();

    public Task<Credentials?> FindByEmail(string normalisedEmail, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public Task<Account?> Find(Guid id, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public Task<bool> AnyAdmin(CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
