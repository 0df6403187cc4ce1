using BookRec.Grains.Interfaces.Accounts;
using BookRec.Storage.Accounts;

namespace BookRec.Grains.Accounts;

/// <summary>One address. Owns nothing in memory: registration and login read and write the database.</summary>
public sealed class AccountGrain(AccountStore store, Passwords passwords) : Grain, IAccountGrain
{
    public Task<Account> Register(Registration registration) => Create(registration, Role.User);

    public async Task<Account> Create(Registration registration, Role role)
        => await store.Create(registration.Email, await passwords.Hash(registration.Password), registration.DisplayName, role);

    public async Task<Account?> Authenticate(string password)
    {
        var known = await store.FindByEmail(this.GetPrimaryKeyString());
        if (!await passwords.Matches(password, known?.PasswordHash))
            return null;
        if (passwords.IsOutdated(known!.PasswordHash!))
            await store.SetPassword(known.Account.Id, await passwords.Hash(password), replaced: known.PasswordHash!);
        return known.Account;
    }
}
