using BookRec.Grains.Accounts;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Silo;
using BookRec.Storage.Accounts;
using BookRec.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BookRec.Tests.Grains;

/// <summary>What an account's access is when the database fails in the middle of a change.</summary>
public sealed class AccessGrainTests(TestPostgres postgres) : GrainClusterTests(postgres, silos: 1)
{
    private const string Old = "a long enough password";
    private const string Next = "another horse of another color";
    private const string ItIsAway = "BEGIN SELECT RAISE(ABORT, 'The disk is full.'); END";

    private AccountStore Accounts => new(Database.Database, TimeProvider.System);

    [Fact]
    public async Task A_password_that_is_changed_leaves_nobody_logged_in_by_the_old_one_wherever_the_change_breaks_off()
    {
        using var passwords = new Passwords(4);
        var account = await Accounts.Create("reader@example.org", await passwords.Hash(Old), null, Role.User, TestContext.Current.CancellationToken);
        var access = Cluster.Grains.GetGrain<IAccessGrain>(account.Id);
        var (thief, owner) = (Session(), Session());
        await access.Begin(thief);
        await access.Begin(owner);

        foreach (var table in new[] { "OrleansStorage", "accounts" })
        {
            await Database.Query($"CREATE TRIGGER away BEFORE UPDATE ON {table} {ItIsAway}");
            await Assert.ThrowsAnyAsync<Exception>(() => access.ChangePassword(Old, Next, owner.Id));
            await Database.Query("DROP TRIGGER away");
            var isChanged = await passwords.Matches(Next, (await Accounts.FindCredentials(account.Id))!.PasswordHash);
            Assert.False(isChanged && await access.RoleOf(thief.Id) is not null, $"Whoever knew the old password stays, when {table} is away.");
        }

        await access.ChangePassword(Old, Next, owner.Id);
        Assert.Equal([owner.Id], (await access.Sessions()).Select(session => session.Id));
        Assert.NotNull(await Cluster.Grains.GetGrain<IAccountGrain>("reader@example.org").Authenticate(Next));
    }

    [Fact]
    public async Task A_demotion_whose_fate_was_unknown_is_known_at_the_next_question()
    {
        await Accounts.Create("other@example.org", "hash", null, Role.Admin, TestContext.Current.CancellationToken);
        var admin = await Accounts.Create("admin@example.org", "hash", null, Role.Admin, TestContext.Current.CancellationToken);
        var access = Cluster.Grains.GetGrain<IAccessGrain>(admin.Id);
        var session = Session();
        await access.Begin(session);
        Assert.Equal(Role.Admin, await access.RoleOf(session.Id));

        // The commit came through, and its answer was lost.
        await Database.Query($"UPDATE accounts SET role = {(int)Role.User} WHERE email_key = 'admin@example.org'");
        await Database.Query($"CREATE TRIGGER away BEFORE UPDATE ON accounts {ItIsAway}");
        await Assert.ThrowsAnyAsync<Exception>(() => access.SetRole(Role.User));

        await Poll.Until(async () => await access.RoleOf(session.Id) == Role.User, "the grain to know the role as it is");
    }

    protected override void Configure(ISiloBuilder silo) => silo.Services.AddSingleton(new SiloSettings { PasswordCost = 10 });

    private static SessionInfo Session()
    {
        var now = TimeProvider.System.GetUtcNow();
        return new(Guid.NewGuid(), now, now, now.AddDays(1), null);
    }
}
