using System.Net;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Tests.WebApi.Support;

namespace BookRec.Tests.WebApi;

/// <summary>What a reader does: tell and ask.</summary>
public sealed class ReaderTests(Front front) : IClassFixture<Front>
{
    [Fact]
    public async Task An_interaction_reaches_the_callers_grain_with_its_key()
    {
        front.Cluster.Forget();
        front.Cluster.On<IUserGrain>(nameof(IUserGrain.Record), Samples.Interaction(5, InteractionType.Rating, 4.5));
        using var client = front.Client(front.Token(front.Reader));
        client.DefaultRequestHeaders.Add("Idempotency-Key", "try 1");

        var response = await client.PostJson(
            "/api/interactions",
            """{"book_id": 7, "type": "rating", "rating": 4.5, "occurred_at": "2026-05-04T13:30:00.25+02:00"}""");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var body = await response.Json();
        Assert.Equal("2026-05-04T12:00:00Z", body.GetProperty("occurred_at").GetString());
        Assert.Equal("rating", body.GetProperty("type").GetString());
        var call = Assert.Single(front.Cluster.Calls);
        Assert.Equal(front.Reader.Id, call.Key);
        var sent = Assert.IsType<NewInteraction>(call.Arguments[0]);
        Assert.Equal(new NewInteraction(7, InteractionType.Rating, 4.5, new DateTimeOffset(2026, 5, 4, 11, 30, 0, 250, TimeSpan.Zero)), sent);
        Assert.Equal(TimeSpan.Zero, sent.OccurredAt!.Value.Offset);
        Assert.Equal("try 1", call.Arguments[1]);
    }

    [Theory]
    [InlineData("want_to_read", InteractionType.WantToRead)]
    [InlineData("not_interested", InteractionType.NotInterested)]
    [InlineData("view", InteractionType.View)]
    public async Task Types_are_words(string word, InteractionType type)
    {
        front.Cluster.Forget();
        front.Cluster.On<IUserGrain>(nameof(IUserGrain.Record), Samples.Interaction(5, type));
        var body = await (await front.User.PostJson("/api/interactions", $$"""{"book_id": 7, "type": "{{word}}"}""")).Json();
        Assert.Equal(word, body.GetProperty("type").GetString());
        Assert.Equal([new NewInteraction(7, type), null], Assert.Single(front.Cluster.Calls).Arguments);
    }

    [Fact]
    public async Task A_batch_keeps_its_order_around_what_is_refused()
    {
        front.Cluster.Forget();
        front.Cluster.On<IUserGrain>(nameof(IUserGrain.RecordBatch), (object?)new List<BatchItem>
        {
            new(Samples.Interaction(1), null),
            new(null, new FieldError("book_id", "there is no such book")),
        });
        var body = await (await front.User.PostJson(
            "/api/interactions/batch",
            """{"items": [{"book_id": 7, "type": "rating"}, {"book_id": 7, "type": "like"}, null, {"book_id": 8, "type": "like"}]}""")).Json();

        Assert.Equal(
            ["rating", "1", "item", "book_id"],
            body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("error") is { ValueKind: System.Text.Json.JsonValueKind.Object } error
                ? error.GetProperty("field").GetString()
                : item.GetProperty("interaction").GetProperty("id").ToString()));
        var sent = (IReadOnlyList<NewInteraction>)Assert.Single(front.Cluster.Calls).Arguments[0]!;
        Assert.Equal([7L, 8L], sent.Select(s => s.BookId));
    }

    [Fact]
    public async Task A_reused_key_with_another_body_is_422()
    {
        front.Cluster.On<IUserGrain>(nameof(IUserGrain.Record), new RejectedException(RejectionKind.Unprocessable, "The key was used before."));
        await (await front.User.PostJson("/api/interactions", """{"book_id": 7, "type": "like"}""")).Problem(422);
    }

    [Fact]
    public async Task History_is_the_callers_own()
    {
        front.Cluster.Forget();
        front.Cluster.On<IUserGrain>(nameof(IUserGrain.History), new Page<Interaction>([Samples.Interaction(2)], null));
        var body = await (await front.User.Get("/api/interactions/me?limit=3")).Json();
        Assert.Equal(2, body.GetProperty("items")[0].GetProperty("id").GetInt64());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, body.GetProperty("next_cursor").ValueKind);
        Assert.Equal(front.Reader.Id, Assert.Single(front.Cluster.Calls).Key);
    }

    [Fact]
    public async Task Undoing_is_204_once_and_404_after()
    {
        front.Cluster.On<IUserGrain>(nameof(IUserGrain.Undo), true);
        Assert.Equal(HttpStatusCode.NoContent, (await front.User.DeleteAsync("/api/interactions/5", TestContext.Current.CancellationToken)).StatusCode);
        front.Cluster.On<IUserGrain>(nameof(IUserGrain.Undo), false);
        await (await front.User.DeleteAsync("/api/interactions/5", TestContext.Current.CancellationToken)).Problem(404);
    }

    [Fact]
    public async Task Recommendations_carry_every_wish_and_every_reason()
    {
        front.Cluster.Forget();
        front.Cluster.On<IUserGrain>(nameof(IUserGrain.Recommend), Samples.List());
        var body = await (await front.User.Get(
            "/api/recommendations/top?n=5&strategy=collaborative&genre=classics&language=en&year_from=1800&exclude=1,2&exclude=3")).Json();

        Assert.Equal("hybrid", body.GetProperty("strategy").GetString());
        Assert.Equal("20260405T101500Z-3f9a", body.GetProperty("model_version").GetString());
        var reason = body.GetProperty("items")[0].GetProperty("reasons")[0];
        Assert.Equal("because_you_liked", reason.GetProperty("kind").GetString());
        Assert.Equal(9, reason.GetProperty("book_id").GetInt64());
        var query = Assert.IsType<RecommendationQuery>(Assert.Single(front.Cluster.Calls).Arguments[0]);
        Assert.Equal(new RecommendationQuery(5, Strategy.Collaborative, "classics", "en", 1800), query with { Exclude = null });
        Assert.Equal([1L, 2L, 3L], query.Exclude);
    }

    [Fact]
    public async Task Similar_books_come_from_the_books_grain()
    {
        front.Cluster.Forget();
        front.Cluster.On<IBookGrain>(nameof(IBookGrain.Similar), Samples.List());
        Assert.Equal(HttpStatusCode.OK, (await front.User.Get("/api/recommendations/similar/7")).StatusCode);
        var call = Assert.Single(front.Cluster.Calls);
        Assert.Equal((7L, 10), ((long)call.Key, (int)call.Arguments[0]!));
    }
}
