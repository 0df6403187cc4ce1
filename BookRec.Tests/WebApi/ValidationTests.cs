using System.Text.Json;
using BookRec.Tests.WebApi.Support;

namespace BookRec.Tests.WebApi;

/// <summary>Whatever is wrong with a request, the answer names the field, and no grain hears of it.</summary>
public sealed class ValidationTests(Front front) : IClassFixture<Front>
{
    [Theory]
    [InlineData("{}", "email", "password")]
    [InlineData("""{"email": null, "password": "none of the first guessed"}""", "email")]
    [InlineData("""{"email": "nobody", "password": "none of the first guessed"}""", "email")]
    [InlineData("""{"email": "a@b@c.org", "password": "none of the first guessed"}""", "email")]
    [InlineData("""{"email": "a b@c.org", "password": "none of the first guessed"}""", "email")]
    [InlineData("""{"email": "a@-c.org", "password": "none of the first guessed"}""", "email")]
    [InlineData("""{"email": "a@b.org", "password": "elevenchars"}""", "password")]
    [InlineData("""{"email": "a@b.org", "password": "none of the first\u0000guessed"}""", "password")]
    [InlineData("""{"email": "a@b.org", "password": 12345678}""", "password")]
    [InlineData("""{"email": ["a@b.org"], "password": "none of the first guessed"}""", "email")]
    [InlineData("""{"email": "a@b.org", "password": "none of the first guessed", "display_name": "a\u0007b"}""", "display_name")]
    [InlineData("""{"email": "a@b.org", "password": "none of the first guessed", "display_name": "  "}""", "display_name")]
    [InlineData("""{"email": "a@b.org", "password": "none of the first guessed", "display_name": "\ud800"}""", "display_name")]
    [InlineData("""{"email": "a@b.org", "password": "none of the first guessed", "role": "admin"}""", "role")]
    [InlineData("""{"email": "a@b.org", "email": "b@b.org", "password": "none of the first guessed"}""", "email")]
    public Task Registration(string body, params string[] fields) => Refused(front.Anonymous, HttpMethod.Post, "/api/auth/register", body, fields);

    [Fact]
    public async Task Lengths_of_a_registration()
    {
        await Refused(front.Anonymous, HttpMethod.Post, "/api/auth/register", Body(new { email = $"{new string('a', 65)}@b.org", password = "none of the first guessed" }), "email");
        await Refused(front.Anonymous, HttpMethod.Post, "/api/auth/register", Body(new { email = "a@b.org", password = new string('é', 37) }), "password");
        await Refused(
            front.Anonymous,
            HttpMethod.Post,
            "/api/auth/register",
            Body(new { email = "a@b.org", password = "none of the first guessed", display_name = new string('x', 101) }),
            "display_name");
    }

    [Theory]
    [InlineData("/api/auth/login", "{}", "email", "password")]
    [InlineData("/api/auth/refresh", "{}", "refresh_token")]
    [InlineData("/api/auth/refresh", """{"refresh_token": ""}""", "refresh_token")]
    public Task Credentials(string path, string body, params string[] fields) => Refused(front.Anonymous, HttpMethod.Post, path, body, fields);

    [Theory]
    [InlineData("{}", "title")]
    [InlineData("""{"title": ""}""", "title")]
    [InlineData("""{"title": "a\nb"}""", "title")]
    [InlineData("""{"title": 5}""", "title")]
    [InlineData("""{"title": "t", "authors": "Jane Austen"}""", "authors")]
    [InlineData("""{"title": "t", "authors": ["a", null]}""", "authors[1]")]
    [InlineData("""{"title": "t", "authors": ["a", 1]}""", "authors[1]")]
    [InlineData("""{"title": "t", "genres": [""]}""", "genres[0]")]
    [InlineData("""{"title": "t", "year": -3001}""", "year")]
    [InlineData("""{"title": "t", "year": 2032}""", "year")]
    [InlineData("""{"title": "t", "year": "1815"}""", "year")]
    [InlineData("""{"title": "t", "year": 1815.5}""", "year")]
    [InlineData("""{"title": "t", "language": "english language"}""", "language")]
    [InlineData("""{"title": "t", "isbn": "9780141439588"}""", "isbn")]
    [InlineData("""{"title": "t", "isbn": "014143958"}""", "isbn")]
    [InlineData("""{"title": "t", "isbn": "X141439580"}""", "isbn")]
    [InlineData("""{"title": "t", "description": "a\u0000b"}""", "description")]
    [InlineData("""{"title": "t", "external_id": " "}""", "external_id")]
    [InlineData("""{"title": "t", "id": 5}""", "id")]
    [InlineData("""{"Title": "t"}""", "Title")]
    public async Task Books(string body, params string[] fields)
    {
        await Refused(front.Admin, HttpMethod.Post, "/api/books", body, fields);
        await Refused(front.Admin, HttpMethod.Put, "/api/books/7", body, fields);
    }

    [Fact]
    public async Task Lengths_of_a_book()
    {
        foreach (var (body, field) in new (object, string)[]
        {
            (new { title = new string('x', 501) }, "title"),
            (new { title = "t", authors = Enumerable.Repeat("a", 51) }, "authors"),
            (new { title = "t", authors = new[] { new string('x', 201) } }, "authors[0]"),
            (new { title = "t", genres = Enumerable.Repeat("a", 51) }, "genres"),
            (new { title = "t", genres = new[] { new string('x', 101) } }, "genres[0]"),
            (new { title = "t", description = new string('x', 10_001) }, "description"),
            (new { title = "t", external_id = new string('x', 201) }, "external_id"),
        })
        {
            await Refused(front.Admin, HttpMethod.Post, "/api/books", Body(body), field);
        }
    }

    [Theory]
    [InlineData("{}", "book_id", "type")]
    [InlineData("""{"book_id": 0, "type": "like"}""", "book_id")]
    [InlineData("""{"book_id": "7", "type": "like"}""", "book_id")]
    [InlineData("""{"book_id": 7.5, "type": "like"}""", "book_id")]
    [InlineData("""{"book_id": 99999999999999999999, "type": "like"}""", "book_id")]
    [InlineData("""{"book_id": 7, "type": "adore"}""", "type")]
    [InlineData("""{"book_id": 7, "type": 5}""", "type")]
    [InlineData("""{"book_id": 7, "type": "rating"}""", "rating")]
    [InlineData("""{"book_id": 7, "type": "like", "rating": 4}""", "rating")]
    [InlineData("""{"book_id": 7, "type": "rating", "rating": 0}""", "rating")]
    [InlineData("""{"book_id": 7, "type": "rating", "rating": 5.5}""", "rating")]
    [InlineData("""{"book_id": 7, "type": "rating", "rating": 3.3}""", "rating")]
    [InlineData("""{"book_id": 7, "type": "rating", "rating": "4"}""", "rating")]
    [InlineData("""{"book_id": 7, "type": "like", "occurred_at": "2026-05-04T12:05:01Z"}""", "occurred_at")]
    [InlineData("""{"book_id": 7, "type": "like", "occurred_at": "1899-12-31T23:59:59Z"}""", "occurred_at")]
    [InlineData("""{"book_id": 7, "type": "like", "occurred_at": "2026-05-04T12:00:00"}""", "occurred_at")]
    [InlineData("""{"book_id": 7, "type": "like", "occurred_at": "2026-02-30T12:00:00Z"}""", "occurred_at")]
    [InlineData("""{"book_id": 7, "type": "like", "occurred_at": "yesterday"}""", "occurred_at")]
    [InlineData("""{"book_id": 7, "type": "like", "occurred_at": 1777896000}""", "occurred_at")]
    [InlineData("""{"book_id": 7, "type": "like", "user_id": 1}""", "user_id")]
    public Task Interactions(string body, params string[] fields) => Refused(front.User, HttpMethod.Post, "/api/interactions", body, fields);

    [Theory]
    [InlineData("{}", "items")]
    [InlineData("""{"items": []}""", "items")]
    [InlineData("""{"items": {}}""", "items")]
    [InlineData("""{"items": [{"book_id": 7, "type": "like"}, {"book_id": "x", "type": "like"}]}""", "items[1].book_id")]
    [InlineData("""{"items": [{"book_id": 7, "type": "like", "colour": "red"}]}""", "items[0].colour")]
    public Task Batches(string body, params string[] fields) => Refused(front.User, HttpMethod.Post, "/api/interactions/batch", body, fields);

    [Fact]
    public Task A_batch_of_more_than_a_thousand()
        => Refused(
            front.User,
            HttpMethod.Post,
            "/api/interactions/batch",
            Body(new { items = Enumerable.Repeat(new { book_id = 7, type = "view" }, 1001) }),
            "items");

    [Theory]
    [InlineData("")]
    [InlineData("ключ")]
    [InlineData("a\tb")]
    [InlineData("201")]
    public async Task Idempotency_keys(string key)
    {
        var sent = key == "201" ? new string('k', 201) : key;
        using var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8 };
        using var client = new HttpClient(handler) { BaseAddress = front.User.BaseAddress };
        client.DefaultRequestHeaders.Authorization = front.User.DefaultRequestHeaders.Authorization;
        client.DefaultRequestHeaders.TryAddWithoutValidation("Idempotency-Key", sent);
        front.Cluster.Forget();
        await (await client.PostJson("/api/interactions", """{"book_id": 7, "type": "like"}""")).Blames("Idempotency-Key");
        Assert.Empty(front.Cluster.Calls);
    }

    [Theory]
    [InlineData("/api/books?limit=0", "limit")]
    [InlineData("/api/books?limit=101", "limit")]
    [InlineData("/api/books?limit=ten", "limit")]
    [InlineData("/api/books?limit=5&limit=6", "limit")]
    [InlineData("/api/books?limit=99999999999999999999", "limit")]
    [InlineData("/api/books?q=%00", "q")]
    [InlineData("/api/books?q=a&q=b", "q")]
    [InlineData("/api/books?sort=best", "sort")]
    [InlineData("/api/books?sort=1", "sort")]
    [InlineData("/api/books?language=e", "language")]
    [InlineData("/api/books?year_from=-4000", "year_from")]
    [InlineData("/api/books?year_to=soon", "year_to")]
    [InlineData("/api/books?year_from=1900&year_to=1800", "year_to")]
    [InlineData("/api/books/0", "id")]
    [InlineData("/api/books/-1", "id")]
    [InlineData("/api/books/emma", "id")]
    [InlineData("/api/interactions/me?limit=-1", "limit")]
    [InlineData("/api/recommendations/top?n=0", "n")]
    [InlineData("/api/recommendations/top?n=101", "n")]
    [InlineData("/api/recommendations/top?n=2&n=3", "n")]
    [InlineData("/api/recommendations/top?strategy=magic", "strategy")]
    [InlineData("/api/recommendations/top?genre=%07", "genre")]
    [InlineData("/api/recommendations/top?year_from=x", "year_from")]
    [InlineData("/api/recommendations/top?exclude=1,b", "exclude")]
    [InlineData("/api/recommendations/top?exclude=0", "exclude")]
    [InlineData("/api/recommendations/similar/0", "id")]
    [InlineData("/api/recommendations/similar/7?n=x", "n")]
    [InlineData("/api/admin/training-runs?limit=x", "limit")]
    [InlineData("/api/admin/training-runs/7", "id")]
    [InlineData("/api/admin/training-runs/7/events", "id")]
    [InlineData("/api/admin/imports/7", "id")]
    public async Task Queries_and_paths(string path, string field)
    {
        front.Cluster.Forget();
        await (await front.Admin.Get(path)).Blames(field);
        Assert.Empty(front.Cluster.Calls);
    }

    [Fact]
    public async Task More_than_a_thousand_excluded_books()
        => await (await front.User.Get($"/api/recommendations/top?exclude={string.Join(',', Enumerable.Range(1, 1001))}")).Blames("exclude");

    [Theory]
    [InlineData("3")]
    [InlineData("\"3")]
    [InlineData("\"3\", \"4\"")]
    public async Task Entity_tags_that_are_none(string tag)
    {
        front.Cluster.Forget();
        var request = new HttpRequestMessage(HttpMethod.Delete, "/api/books/7");
        request.Headers.TryAddWithoutValidation("If-Match", tag);
        await (await front.Admin.SendAsync(request, TestContext.Current.CancellationToken)).Blames("If-Match");
        Assert.Empty(front.Cluster.Calls);
    }

    [Theory]
    [InlineData("must be one of view, want_to_read, started, finished, like, rating, dislike, not_interested, abandoned", """{"book_id": 7, "type": "adore"}""")]
    [InlineData("must be a whole number", """{"book_id": "x", "type": "like"}""")]
    [InlineData("is not a field of this request", """{"book_id": 7, "type": "like", "x": 1}""")]
    [InlineData("is given twice", """{"book_id": 7, "type": "like", "type": "view"}""")]
    [InlineData("must be a time with an offset, such as 2026-01-31T12:00:00Z", """{"book_id": 7, "type": "like", "occurred_at": "noon"}""")]
    public async Task Reasons_are_in_our_words(string why, string body)
    {
        var problem = await (await front.User.PostJson("/api/interactions", body)).Problem(400);
        Assert.Equal(why, problem.GetProperty("errors").EnumerateObject().Single().Value[0].GetString());
    }

    private async Task Refused(HttpClient client, HttpMethod method, string path, string body, params string[] fields)
    {
        front.Cluster.Forget();
        var problem = await (await client.SendJson(method, path, body)).Problem(400);
        Assert.True(problem.TryGetProperty("errors", out var errors), problem.ToString());
        Assert.Equal(fields.Order(), errors.EnumerateObject().Select(e => e.Name).Order());
        Assert.Empty(front.Cluster.Calls);
    }

    private static string Body(object value) => JsonSerializer.Serialize(value);
}
