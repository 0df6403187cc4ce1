using System.Net;
using System.Net.Http.Json;
using BookRec.Tests.Support;

namespace BookRec.Tests.EndToEnd;

/// <summary>What a reader does is in the very next answer.</summary>
[Collection(nameof(DemoApp))]
public sealed class FeedbackTests(DemoApp demo)
{
    private RunningApp App => demo.App;

    [Fact]
    public async Task A_reader_of_whom_nothing_is_known_gets_popular_books()
    {
        var list = await (await App.NewReader()).Top();
        Assert.Equal("popular", list.Strategy);
        Assert.Equal(10, list.Items.Count);
        Assert.All(Enumerable.Range(0, 10), i => Assert.Contains(list.ReasonsOf(i), r => (string)r["kind"]! == "popular"));
    }

    [Fact]
    public async Task The_first_rating_personalises_and_takes_the_book_out()
    {
        var reader = await App.NewReader();
        var before = await reader.Top("n=20");
        var wizard = await reader.BookId("A Wizard of Earthsea");
        await reader.Record(wizard, "rating", 5);
        var after = await reader.Top("n=20");
        Assert.Equal("hybrid", after.Strategy);
        Assert.DoesNotContain(wizard, after.Ids);
        Assert.NotEqual(before.Ids, after.Ids);
        Assert.True(ShareOf(after, "fantasy") > ShareOf(before, "fantasy"), $"{ShareOf(after, "fantasy")} of the list is fantasy, before it was {ShareOf(before, "fantasy")}");
        Assert.Contains(after.Items.SelectMany((_, i) => after.ReasonsOf(i)), r => (long?)r["book_id"] == wizard);
    }

    [Theory]
    [InlineData("view")]
    [InlineData("want_to_read")]
    [InlineData("started")]
    [InlineData("finished")]
    [InlineData("like")]
    [InlineData("dislike")]
    [InlineData("not_interested")]
    [InlineData("abandoned")]
    public async Task Every_type_of_interaction_takes_the_book_out_of_the_next_list(string type)
    {
        var reader = await App.NewReader();
        for (var i = 0; i < 3; i++)
        {
            var first = (await reader.Top("n=1")).Ids[0];
            await reader.Record(first, type);
            Assert.DoesNotContain(first, (await reader.Top("n=100")).Ids);
        }
    }

    [Theory]
    [InlineData("dislike")]
    [InlineData("not_interested")]
    [InlineData("abandoned")]
    public async Task A_negative_act_pushes_what_is_like_the_book_down(string type)
    {
        var reader = await App.NewReader();
        await reader.Record(await reader.BookId("The Hobbit"), "like");
        await reader.Record(await reader.BookId("Dune"), "like");
        var before = await reader.Top("n=100&strategy=collaborative");
        var disliked = await reader.BookId("The Fellowship of the Ring");
        var neighbours = new TopList(await reader.Get($"/api/recommendations/similar/{disliked}?n=10")).Ids.Where(before.Ids.Contains).ToList();
        Assert.NotEmpty(neighbours);
        await reader.Record(disliked, type);
        var after = await reader.Top("n=100&strategy=collaborative");
        Assert.True(
            neighbours.Average(id => RankIn(after, id)) > neighbours.Average(id => RankIn(before, id)),
            $"neighbours moved from {neighbours.Average(id => RankIn(before, id))} to {neighbours.Average(id => RankIn(after, id))}");
    }

    [Fact]
    public async Task Undo_restores_the_list_as_it_was()
    {
        var reader = await App.NewReader();
        await reader.Record(await reader.BookId("Dune"), "like");
        var before = await reader.Top();
        var stored = await reader.Record(before.Ids[0], "dislike");
        Assert.NotEqual(before.Ids, (await reader.Top()).Ids);
        using var undone = await reader.DeleteAsync($"/api/interactions/{stored["id"]}");
        Assert.Equal(HttpStatusCode.NoContent, undone.StatusCode);
        Assert.Equal(before.Ids, (await reader.Top()).Ids);
        using var again = await reader.DeleteAsync($"/api/interactions/{stored["id"]}");
        await again.Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_interaction_changes_every_kind_of_list_that_was_asked_for_before()
    {
        var questions = new[] { "n=10", "n=20&exclude=1,2", "n=5&genre=fantasy", "n=10&strategy=content", "n=10&strategy=collaborative&exclude=3" };
        var (reader, silent) = (await App.NewReader(), await App.NewReader());
        var before = await Ask(reader);
        foreach (var title in new[] { "Dune", "The Hobbit", "Pride and Prejudice" })
        {
            var book = await reader.BookId(title);
            await reader.Record(book, "rating", 5);
            await silent.Record(book, "rating", 5);
            var after = await Ask(reader);
            Assert.All(after, list => Assert.DoesNotContain(book, list.Ids));
            Assert.All(before.Zip(after), lists => Assert.NotEqual(lists.First.Text, lists.Second.Text));
            before = after;
        }

        // Whoever never asked before is told the same.
        Assert.Equal((await Ask(silent)).Select(list => list.Ids), before.Select(list => list.Ids));

        async Task<IReadOnlyList<TopList>> Ask(HttpClient asker)
        {
            var lists = new List<TopList>();
            foreach (var question in questions)
                lists.Add(await asker.Top(question));
            return lists;
        }
    }

    [Fact]
    public async Task Nobody_can_undo_what_another_did()
    {
        var reader = await App.NewReader();
        var stored = await reader.Record(1, "like");
        using var answer = await (await App.NewReader()).DeleteAsync($"/api/interactions/{stored["id"]}");
        await answer.Expect(HttpStatusCode.NotFound);
        Assert.Equal(1, await reader.HistoryLength());
    }

    [Fact]
    public async Task A_reason_names_a_book_the_reader_really_liked()
    {
        var reader = await App.NewReader();
        var (liked, disliked) = (await reader.BookId("Foundation"), await reader.BookId("Pride and Prejudice"));
        await reader.Record(liked, "like");
        await reader.Record(disliked, "dislike");
        var list = await reader.Top("n=30");
        Assert.All(Enumerable.Range(0, list.Items.Count), i => Assert.NotEmpty(list.ReasonsOf(i)));
        var named = list.Items.SelectMany((_, i) => list.ReasonsOf(i)).Select(r => (long?)r["book_id"]).OfType<long>().Distinct();
        Assert.Equal([liked], named);
    }

    [Fact]
    public async Task Filters_act_before_the_list_is_cut()
    {
        var reader = await App.NewReader();
        await reader.Record(await reader.BookId("Dune"), "like");
        var poetry = await reader.Top("n=10&genre=poetry");
        Assert.Equal(10, poetry.Items.Count);
        Assert.All(Enumerable.Range(0, 10), i => Assert.Contains("poetry", poetry.GenresOf(i)));
        var japanese = await reader.Top("n=10&language=ja&year_from=1950");
        Assert.Equal(10, japanese.Items.Count);
        Assert.All(japanese.Items, i => Assert.True((string)i["book"]!["language"]! == "ja" && (int)i["book"]!["year"]! >= 1950));
        var without = await reader.Top($"n=10&exclude={string.Join(',', (await reader.Top()).Ids)}");
        Assert.Equal(10, without.Items.Count);
        Assert.Empty(without.Ids.Intersect((await reader.Top()).Ids));
    }

    [Theory]
    [InlineData("hybrid")]
    [InlineData("collaborative")]
    [InlineData("content")]
    [InlineData("popular")]
    public async Task Every_strategy_can_be_asked_for_and_says_its_name(string strategy)
    {
        var reader = await App.NewReader();
        await reader.Record(await reader.BookId("Dune"), "like");
        var list = await reader.Top($"strategy={strategy}");
        Assert.Equal(strategy, list.Strategy);
        Assert.Equal(10, list.Items.Count);
        Assert.NotEqual("none", list.ModelVersion);
    }

    [Fact]
    public async Task The_same_key_gives_the_same_answer_however_many_ask_at_once()
    {
        var reader = await App.NewReader();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => reader.Record(3, "like", key: "one and only")));
        Assert.Single(answers.Select(a => a.ToJsonString()).Distinct());
        Assert.Equal(1, await reader.HistoryLength());
        using var other = await reader.TryRecord(4, "like", key: "one and only");
        await other.Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(1, await reader.HistoryLength());
    }

    [Fact]
    public async Task A_batch_answers_each_item_in_order_and_keeps_the_good_ones()
    {
        var reader = await App.NewReader();
        using var answer = await reader.PostAsJsonAsync("/api/interactions/batch", new
        {
            items = new object[]
            {
                new { book_id = 1, type = "like" }, new { book_id = 987654321, type = "like" }, new { book_id = 2, type = "rating" }, new { book_id = 3, type = "view" },
            },
        });
        var items = (await answer.Expect(HttpStatusCode.OK))["items"]!.AsArray();
        Assert.Equal(["1", null, null, "3"], items.Select(i => i!.AsObject().FirstOrDefault(p => p.Value?["book_id"] is not null).Value?["book_id"]?.ToJsonString()));
        Assert.Equal("book_id", (string)items[1]!["error"]!["field"]!);
        Assert.Equal("rating", (string)items[2]!["error"]!["field"]!);
        Assert.Equal(2, await reader.HistoryLength());
    }

    private static double ShareOf(TopList list, string genre) => Enumerable.Range(0, list.Items.Count).Count(i => list.GenresOf(i).Contains(genre)) / (double)list.Items.Count;

    /// <summary>From 0; a book that dropped out counts as one place behind the last.</summary>
    private static int RankIn(TopList list, long id) => list.Ids.ToList().IndexOf(id) is var rank and >= 0 ? rank : list.Ids.Count;
}
