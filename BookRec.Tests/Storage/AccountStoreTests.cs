using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Storage.Accounts;
using BookRec.Storage.Databases;
using BookRec.Storage.Interactions;
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

    [Fact]
    public async Task The_last_administrator_can_neither_be_demoted_nor_disabled_nor_erased()
    {
        var first = await Accounts.Create("first@example.org", "hash", null, Role.Admin, Stop);
        foreach (var attempt in (Func<Task>[])[() => Accounts.SetRole(first.Id, Role.User, Stop), () => Accounts.SetDisabled(first.Id, true, Stop), () => Accounts.Erase(first.Id, Stop)])
            Assert.Equal(RejectionKind.Conflict, (await Assert.ThrowsAsync<RejectedException>(attempt)).Kind);

        var second = await Accounts.Create("second@example.org", "hash", null, Role.Admin, Stop);
        Assert.Equal(Time.GetUtcNow(), (await Accounts.SetDisabled(second.Id, true, Stop))!.DisabledAt);
        await Assert.ThrowsAsync<RejectedException>(() => Accounts.SetRole(first.Id, Role.User, Stop));
        Assert.Null((await Accounts.SetDisabled(second.Id, false, Stop))!.DisabledAt);
        Assert.Equal(Role.User, (await Accounts.SetRole(first.Id, Role.User, Stop))!.Role);
        Assert.Null(await Accounts.SetRole(Guid.NewGuid(), Role.User, Stop));
    }

    [Fact]
    public async Task Administrators_who_demote_each_other_at_once_do_not_both_succeed()
    {
        for (var round = 0; round < 5; round++)
        {
            var pair = new[] { await Accounts.Create($"a{round}@example.org", "hash", null, Role.Admin, Stop), await Accounts.Create($"b{round}@example.org", "hash", null, Role.Admin, Stop) };
            var outcomes = await Task.WhenAll(pair.Select(admin => Task.Run(async () =>
            {
                try
                {
                    return await Accounts.SetRole(admin.Id, Role.User, Stop);
                }
                catch (RejectedException)
                {
                    return null;
                }
            })));
            Assert.True(await Accounts.AnyAdmin(Stop));
            Assert.InRange(outcomes.Count(o => o is not null), 1, 2);
        }
    }

    [Fact]
    public async Task A_disabled_account_is_there_but_nobody_logs_in_with_it()
    {
        var reader = await AddReader();
        await Accounts.SetDisabled(reader.Id, true, Stop);
        Assert.Null(await Accounts.FindByEmail("reader@example.org", Stop));
        Assert.Null(await Accounts.FindCredentials(reader.Id, Stop));
        Assert.NotNull((await Accounts.Find(reader.Id, Stop))!.DisabledAt);
    }

    [Fact]
    public async Task A_password_is_replaced_only_by_whoever_saw_the_current_one()
    {
        var reader = await AddReader();
        await Accounts.SetPassword(reader.Id, "next", replaced: "not the hash", Stop);
        Assert.Equal("hash", (await Accounts.FindCredentials(reader.Id, Stop))!.PasswordHash);
        await Accounts.SetPassword(reader.Id, "next", replaced: "hash", Stop);
        Assert.Equal("next", (await Accounts.FindCredentials(reader.Id, Stop))!.PasswordHash);
    }

    [Fact]
    public async Task Erasing_takes_everything_of_one_reader_and_nothing_of_others()
    {
        var book = await AddBook("Emma");
        var (gone, stays) = (await AddReader("gone@example.org"), await AddReader("stays@example.org"));
        foreach (var reader in new[] { gone, stays })
            await Interactions.Record(new(reader.Id, [new(book.Id, InteractionType.Like, null, Time.GetUtcNow())], "key", "hash"), Stop);

        await Accounts.Erase(gone.Id, Stop);
        await Accounts.Erase(gone.Id, Stop);

        Assert.Null(await Accounts.Find(gone.Id, Stop));
        Assert.Equal(1, await Interactions.Count(Stop));
        Assert.Single(await Interactions.All(stays.Id, Stop));
        Assert.Equal(RecordOutcome.UnknownUser, (await Interactions.Record(new(gone.Id, [], null, null), Stop)).Outcome);
    }

    [Fact]
    public async Task People_are_listed_newest_first_page_by_page_or_by_address()
    {
        var all = new List<Account>();
        for (var i = 0; i < 5; i++)
            all.Add(await AddReader($"reader{i}@example.org"));
        all.Reverse();
        var first = await Accounts.List(null, new(3), Stop);
        var second = await Accounts.List(null, new(3, first.NextCursor), Stop);
        Assert.Equal(all, [.. first.Items, .. second.Items]);
        Assert.Null(second.NextCursor);
        Assert.Equal([all[1]], (await Accounts.List(" READER3@example.org", new(3), Stop)).Items);
    }

    [Fact]
    public async Task What_administrators_do_is_noted_concluded_once_and_found_by_its_target()
    {
        var log = new AuditLog(Database);
        var entry = new AuditEntry(Time.GetUtcNow(), Guid.NewGuid(), "POST /api/admin/accounts", null, "request", null);
        var number = await log.Add(entry, Stop);
        await log.Add(entry with { Target = "other" }, Stop);
        await log.Conclude(number, 201, "made", Stop);
        await log.Conclude(number, 500, null, Stop);
        Assert.Equal([entry with { Target = "other" }, entry with { Target = "made", Status = 201 }], (await log.List(null, new(10), Stop)).Items);
        Assert.Equal([entry with { Target = "made", Status = 201 }], (await log.List("made", new(10), Stop)).Items);
        var page = await log.List(null, new(1), Stop);
        Assert.Equal("made", Assert.Single((await log.List(null, new(1, page.NextCursor), Stop)).Items).Target);
    }
}
