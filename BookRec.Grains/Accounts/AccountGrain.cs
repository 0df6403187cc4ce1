using BookRec.Grains.Interfaces.Accounts;
using BookRec.Storage.Accounts;

namespace BookRec.Grains.Accounts;

/// <summary>One address. Owns nothing in memory: registration and login read and write the database.</summary>
public sealed class AccountGrain(AccountStore store, Passwords passwords) : Grain, IAccountGrain
{
    public async Task<Account> Register(Registration registration)
        => await store.Create(registration.Email, await passwords.Hash(registration.Password), registration.DisplayName, Role.User);

    public async Task<Account?> Authenticate(string password)
    {
        var known = await store.FindByEmail(this.GetPrimaryKeyString());
        return await passwords.Matches(password, known?.PasswordHash) ? known!.Account : null;
    }
}
