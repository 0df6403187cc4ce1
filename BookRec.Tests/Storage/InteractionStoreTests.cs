using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Storage.Databases;
using BookRec.Storage.Interactions;
using BookRec.Tests.Support;

namespace BookRec.Tests.Storage;

public sealed class InteractionStoreOnSqlite(TestPostgres postgres) : InteractionStoreTests(DatabaseEngine.Sqlite, postgres);

public sealed class InteractionStoreOnPostgres(TestPostgres postgres) : InteractionStoreTests(DatabaseEngine.PostgreSql, postgres);

public abstract class InteractionStoreTests(DatabaseEngine engine, TestPostgres postgres) : StoreTests(engine, postgres)
{
    [Fact]
    public async Task What_was_recorded_is_in_the_history_newest_first()
    {
        var (reader, book) = ((await AddReader()).Id, (await AddBook("One")).Id);
        var earlier = await Record(reader, Row(book, InteractionType.Rating, 4.5, -60));
        var later = await Record(reader, Row(book, InteractionType.Finished));

        var history = await Interactions.History(reader, new PageRequest(), Stop);

        Assert.Equal([later, earlier], history.Items);
        Assert.Null(history.NextCursor);
        Assert.Equal([earlier, later], await Interactions.All(reader, Stop));
        Assert.Equal((4.5, Time.GetUtcNow().AddSeconds(-60)), (earlier.Rating!.Value, earlier.OccurredAt));
    }

    [Fact]
    public async Task Rows_of_unknown_and_deleted_books_are_left_out_and_the_others_keep_their_order()
    {
        var reader = (await AddReader()).Id;
        var books = new List<long>();
        for (var i = 0; i < 3; i++) books.Add((await AddBook($"Book {i}")).Id);
        await Books.Delete(books[1], null, Stop);
        var rows = Enumerable.Range(0, 250).Select(i => Row(i % 5 == 4 ? 999_999 : books[i % 3], InteractionType.Rating, 0.5 + (i % 10 / 2.0), i)).ToList();

        var result = await Interactions.Record(new RecordRequest(reader, rows, "key", "hash"), Stop);

        Assert.Equal(RecordOutcome.Stored, result.Outcome);
        for (var i = 0; i < rows.Count; i++)
        {
            if (i % 5 == 4 || i % 3 == 1) Assert.Null(result.Items[i]);
            else Assert.Equal((rows[i].BookId, rows[i].Rating, rows[i].OccurredAt), (result.Items[i]!.BookId, result.Items[i]!.Rating, result.Items[i]!.OccurredAt));
        }

        Assert.Equal(result.Items.OfType<Interaction>(), await Interactions.All(reader, Stop));
        Assert.Equal(result.Items, (await Interactions.Record(new RecordRequest(reader, rows, "key", "hash"), Stop)).Items);
    }

    [Fact]
    public async Task An_unknown_reader_stores_nothing()
    {
        var book = (await AddBook("One")).Id;

        var result = await Interactions.Record(new RecordRequest(Guid.CreateVersion7(), [Row(book)], "key", "hash"), Stop);

        Assert.Equal((RecordOutcome.UnknownUser, 0, 0), (result.Outcome, result.Items.Count, await Interactions.Count(Stop)));
    }

    [Fact]
    public async Task A_key_that_comes_again_is_answered_as_the_first_time()
    {
        var (reader, book) = ((await AddReader()).Id, (await AddBook("One")).Id);
        var request = new RecordRequest(reader, [Row(book, InteractionType.Rating, 5), Row(404)], "key", "hash");
        var first = await Interactions.Record(request, Stop);
        Time.Advance(TimeSpan.FromHours(1));

        var again = await Interactions.Record(request, Stop);
        var other = await Interactions.Record(request with { RequestHash = "another" }, Stop);

        Assert.Equal((RecordOutcome.Stored, RecordOutcome.Replayed, RecordOutcome.KeyReused), (first.Outcome, again.Outcome, other.Outcome));
        Assert.Equal(first.Items, again.Items);
        Assert.Empty(other.Items);
        Assert.Equal(1, await Interactions.Count(Stop));
    }

    [Fact]
    public async Task Readers_do_not_share_keys()
    {
        var book = (await AddBook("One")).Id;
        foreach (var email in (string[])["a@example.org", "b@example.org"])
        {
            var reader = (await AddReader(email)).Id;
            Assert.Equal(RecordOutcome.Stored, (await Interactions.Record(new RecordRequest(reader, [Row(book)], "key", email), Stop)).Outcome);
        }
    }

    [Fact]
    public async Task Of_many_racing_requests_with_one_key_one_is_stored_and_all_get_its_answer()
    {
        var (reader, book) = ((await AddReader()).Id, (await AddBook("One")).Id);
        for (var round = 0; round < 5; round++)
        {
            var key = $"key {round}";
            using var start = new Barrier(12);

            var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(async () =>
            {
                start.SignalAndWait(Stop);
                return await Interactions.Record(new RecordRequest(reader, [Row(book), Row(book, InteractionType.Like)], key, "hash"), Stop);
            })));

            var stored = Assert.Single(results, r => r.Outcome is RecordOutcome.Stored);
            Assert.All(results, r => Assert.Equal(stored.Items, r.Items));
            Assert.Equal(11, results.Count(r => r.Outcome is RecordOutcome.Replayed));
            Assert.Equal((round + 1) * 2, await Interactions.Count(Stop));
        }
    }

    [Fact]
    public async Task Of_racing_requests_with_one_key_and_different_bodies_one_is_stored()
    {
        var (reader, book) = ((await AddReader()).Id, (await AddBook("One")).Id);
        using var start = new Barrier(8);

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            start.SignalAndWait(Stop);
            return await Interactions.Record(new RecordRequest(reader, [Row(book)], "key", $"hash {i}"), Stop);
        })));

        Assert.Single(results, r => r.Outcome is RecordOutcome.Stored);
        Assert.Equal(7, results.Count(r => r.Outcome is RecordOutcome.KeyReused));
        Assert.Equal(1, await Interactions.Count(Stop));
    }

    [Fact]
    public async Task Forgotten_keys_can_be_used_again_and_younger_ones_stay()
    {
        var (reader, book) = ((await AddReader()).Id, (await AddBook("One")).Id);
        await Interactions.Record(new RecordRequest(reader, [Row(book)], "old", "hash"), Stop);
        Time.Advance(TimeSpan.FromDays(1));
        await Interactions.Record(new RecordRequest(reader, [Row(book)], "young", "hash"), Stop);

        Assert.Equal(1, await Interactions.ForgetKeys(Time.GetUtcNow(), Stop));

        Assert.Equal(RecordOutcome.Stored, (await Interactions.Record(new RecordRequest(reader, [Row(book)], "old", "hash"), Stop)).Outcome);
        Assert.Equal(RecordOutcome.Replayed, (await Interactions.Record(new RecordRequest(reader, [Row(book)], "young", "hash"), Stop)).Outcome);
    }

    [Fact]
    public async Task Only_its_reader_deletes_an_interaction_and_only_once()
    {
        var (reader, other, book) = ((await AddReader()).Id, (await AddReader("other@example.org")).Id, (await AddBook("One")).Id);
        var stored = await Record(reader, Row(book));

        Assert.False(await Interactions.Delete(other, stored.Id, Stop));
        Assert.True(await Interactions.Delete(reader, stored.Id, Stop));
        Assert.False(await Interactions.Delete(reader, stored.Id, Stop));
        Assert.Equal(0, await Interactions.Count(Stop));
    }

    [Fact]
    public async Task Pages_of_the_history_stay_right_while_interactions_are_added()
    {
        var (reader, book) = ((await AddReader()).Id, (await AddBook("One")).Id);

        // Several at one instant, so that the id decides.
        for (var i = 0; i < 12; i++) await Record(reader, Row(book, seconds: i / 4));
        var before = (await Interactions.History(reader, new PageRequest(100), Stop)).Items.Select(i => i.Id).ToList();
        var seen = new List<long>();
        string? cursor = null;
        do
        {
            var page = await Interactions.History(reader, new PageRequest(5, cursor), Stop);
            seen.AddRange(page.Items.Select(i => i.Id));
            cursor = page.NextCursor;
            await Record(reader, Row(book, seconds: 100));
        }
        while (cursor is not null);

        Assert.Equal(before, seen);
        var foreign = (await Interactions.History(reader, new PageRequest(1), Stop)).NextCursor;
        var other = (await AddReader("other@example.org")).Id;
        Assert.Equal("cursor", (await Assert.ThrowsAsync<RejectedException>(() => Interactions.History(other, new PageRequest(1, foreign), Stop))).Field);
    }

    [Fact]
    public async Task The_training_feed_is_grouped_by_reader_and_oldest_first()
    {
        var book = (await AddBook("One")).Id;
        var (a, b) = ((await AddReader("a@example.org")).Id, (await AddReader("b@example.org")).Id);
        await Record(b, Row(book, InteractionType.Rating, 2.5));
        await Record(a, Row(book, InteractionType.View));
        await Record(b, Row(book, InteractionType.View, seconds: -86_400));
        await Record(a, new InteractionRow(book, InteractionType.Finished, null, DateTimeOffset.UnixEpoch));

        var feed = await Interactions.TrainingFeed(Stop).ToListAsync(Stop);

        var today = (int)(Time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalDays;
        Assert.Equal(
            [(InteractionType.Finished, 0f, 0), (InteractionType.View, 0f, today), (InteractionType.View, 0f, today - 1), (InteractionType.Rating, 2.5f, today)],
            feed.Select(i => (i.Type, i.Rating, i.Day)));
        Assert.Equal(2, feed.Select(i => i.Reader).Distinct().Count());
        Assert.Equal((feed[0].Reader, feed[2].Reader), (feed[1].Reader, feed[3].Reader));
    }

    [Fact]
    public async Task Ratings_are_refreshed_from_each_readers_newest_and_once_only()
    {
        var (one, two) = ((await AddBook("One")).Id, (await AddBook("Two")).Id);
        var (a, b) = ((await AddReader("a@example.org")).Id, (await AddReader("b@example.org")).Id);
        await Record(a, Row(one, InteractionType.Rating, 1, seconds: -10));
        await Record(a, Row(one, InteractionType.Rating, 4));
        var last = await Record(b, Row(one, InteractionType.Rating, 4.5));
        await Record(b, Row(two, InteractionType.Finished));
        var before = await ChangeNumbers();

        Assert.Equal(1, await Books.RefreshRatings(Stop));
        Assert.Equal(0, await Books.RefreshRatings(Stop));

        var rated = await Books.Find(one, Stop);
        Assert.Equal((4.25, 2, 1), (rated!.AverageRating!.Value, rated.RatingsCount, rated.Revision));
        Assert.Equal([one], (await ChangeNumbers()).Except(before).Select(c => c.Key));

        await Interactions.Delete(b, last.Id, Stop);
        await Interactions.Record(new RecordRequest(a, [Row(two, InteractionType.Rating, 3)], null, null), Stop);
        Assert.Equal(2, await Books.RefreshRatings(Stop));
        Assert.Equal((4.0, 1), ((await Books.Find(one, Stop))!.AverageRating!.Value, (await Books.Find(one, Stop))!.RatingsCount));
    }

    private InteractionRow Row(long book, InteractionType type = InteractionType.View, double? rating = null, int seconds = 0)
        => new(book, type, rating, Time.GetUtcNow().AddSeconds(seconds));

    private async Task<Interaction> Record(Guid reader, InteractionRow row)
    {
        var result = await Interactions.Record(new RecordRequest(reader, [row], null, null), Stop);
        Assert.Equal(RecordOutcome.Stored, result.Outcome);
        return result.Items[0]!;
    }
}
