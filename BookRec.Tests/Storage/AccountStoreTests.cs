using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Storage.Accounts;
using BookRec.Storage.Databases;
using BookRec.Tests.Support;

namespace BookRec.Tests.Storage;

public sealed class AccountStoreOnSqlite(TestPostgres postgres) : AccountStoreTests(DatabaseEngine.Sqlite, postgres);

public sealed class AccountStoreOnPostgres(TestPostgres postgres) : AccountStoreTests(DatabaseEngine.PostgreSql, postgres);

public abstract class AccountStoreTests(DatabaseEngine engine, TestPostgres postgres) : StoreTests(engine, postgres)
{
    [Fact]
    public async Task An_account_is_found_by_its_id_and_by_its_address_in_any_spelling()
    {
        var account = await Accounts.Create(" Jose\u0301@Example.org", "hash", "José", Role.User, Stop);

        Assert.Equal(account, await Accounts.Find(account.Id, Stop));
        Assert.Equal(new Credentials(account, "hash"), await Accounts.FindByEmail(EmailAddress.Normalise("JOSÉ@example.ORG "), Stop));
        Assert.Equal((Time.GetUtcNow(), AccountKind.Person), (account.CreatedAt, account.Kind));
        Assert.Null(await Accounts.Find(Guid.NewGuid(), Stop));
        Assert.Null(await Accounts.FindByEmail("nobody@example.org", Stop));
    }

    [Fact]
    public async Task Of_racing_registrations_of_one_address_one_wins()
    {
        using var start = new Barrier(8);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            start.SignalAndWait(Stop);
            try
            {
                return (await Accounts.Create(i % 2 == 0 ? "a@example.org" : "A@EXAMPLE.ORG", $"hash {i}", null, Role.User, Stop)).Id;
            }
            catch (RejectedException refused) when (refused is { Kind: RejectionKind.Conflict, Field: "email" })
            {
                return Guid.Empty;
            }
        })));

        var winner = Assert.Single(outcomes, o => o != Guid.Empty);
        Assert.Equal(winner, (await Accounts.FindByEmail("a@example.org", Stop))!.Account.Id);
    }

    [Fact]
    public async Task An_admin_is_there_once_one_was_created()
    {
        await AddReader();
        Assert.False(await Accounts.AnyAdmin(Stop));

        await Accounts.Create("admin@example.org", "hash", null, Role.Admin, Stop);

        Assert.True(await Accounts.AnyAdmin(Stop));
    }
}
