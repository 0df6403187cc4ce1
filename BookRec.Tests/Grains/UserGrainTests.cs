using System.Security.Cryptography;
using System.Text.Json;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Storage.Accounts;
using BookRec.Storage.Interactions;
using BookRec.Tests.Support;

namespace BookRec.Tests.Grains;

public sealed class UserGrainTests(TestPostgres postgres) : GrainClusterTests(postgres, silos: 1)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_tried_to_write_while_the_database_was_away_gets_lists_all_the_same()
    {
        var account = await new AccountStore(Database.Database, TimeProvider.System).Create("reader@example.org", "hash", null, Role.User, Stop);
        var catalog = Cluster.Grains.GetGrain<ICatalogGrain>(0);
        var books = new List<long>();
        foreach (var title in new[] { "Dune", "Emma", "Ulysses" })
            books.Add((await catalog.Create(new BookDraft(title, []))).Id);
        var reader = Cluster.Grains.GetGrain<IUserGrain>(account.Id);
        await reader.Record(new NewInteraction(books[0], InteractionType.Like), null);

        await Database.Query("ALTER TABLE interactions RENAME TO away");
        await Assert.ThrowsAnyAsync<Exception>(() => reader.Record(new NewInteraction(books[1], InteractionType.Like), null));
        Assert.Equal(books[1..], (await Recommended(reader)).Order());

        await Database.Query("ALTER TABLE away RENAME TO interactions");
        await reader.Record(new NewInteraction(books[1], InteractionType.Like), null);
        Assert.Equal(books[2..], await Recommended(reader));
    }

    [Fact]
    public async Task A_list_knows_what_was_acknowledged_though_it_was_committed_after_the_grain_had_read_the_history()
    {
        var account = await new AccountStore(Database.Database, TimeProvider.System).Create("reader@example.org", "hash", null, Role.User, Stop);
        var catalog = Cluster.Grains.GetGrain<ICatalogGrain>(0);
        var read = await catalog.Create(new BookDraft("Dune", ["Frank Herbert"]));
        var other = await catalog.Create(new BookDraft("Emma", ["Jane Austen"]));
        var reader = Cluster.Grains.GetGrain<IUserGrain>(account.Id);
        Assert.Equal([read.Id, other.Id], (await Recommended(reader)).Order());

        // As a silo does that was given up and whose commit comes through all the same: its answer is lost, and the reader asks again.
        const string key = "sent twice";
        var like = new NewInteraction(read.Id, InteractionType.Like);
        var hash = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(like)));
        var row = new InteractionRow(read.Id, InteractionType.Like, null, DateTimeOffset.UnixEpoch.AddYears(50));
        var stored = await new InteractionStore(Database.Database, TimeProvider.System).Record(new RecordRequest(account.Id, [row], key, hash), Stop);

        Assert.Equal(stored.Items[0], await reader.Record(like, key));
        Assert.Equal([other.Id], await Recommended(reader));
    }

    private static async Task<IEnumerable<long>> Recommended(IUserGrain reader)
        => (await reader.Recommend(new RecommendationQuery())).Items.Select(item => item.Book.Id);
}
