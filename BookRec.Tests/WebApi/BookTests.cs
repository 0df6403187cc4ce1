using System.Net;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Tests.WebApi.Support;
using BookRec.WebApi.Books;

namespace BookRec.Tests.WebApi;

public sealed class BookTests(Front front) : IClassFixture<Front>
{
    [Fact]
    public async Task A_book_is_shown_in_full_with_its_revision_as_entity_tag()
    {
        front.Cluster.On<IBookGrain>(nameof(IBookGrain.Get), call => Samples.Book((long)call.Key));
        var response = await front.User.Get("/api/books/7");
        Assert.Equal("\"3\"", response.Headers.ETag?.ToString());
        Assert.Equal(
            ["id", "title", "authors", "year", "language", "genres", "description", "isbn", "average_rating", "ratings_count", "external_id"],
            (await response.Json()).EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task A_search_reaches_the_catalogue_with_everything_asked()
    {
        front.Cluster.Forget();
        front.Cluster.On<ICatalogGrain>(nameof(ICatalogGrain.Search), new Page<Book>([Samples.Book()], "next"));
        var body = await (await front.User.Get(
            "/api/books?q=emma&author=austen&genre=classics&language=EN&year_from=1800&year_to=1900&sort=newest&limit=5&cursor=abc&unknown=1")).Json();
        Assert.Equal("next", body.GetProperty("next_cursor").GetString());
        Assert.Equal(1, body.GetProperty("items").GetArrayLength());
        Assert.Equal(
            [new BookQuery("emma", "austen", "classics", "en", 1800, 1900, BookSort.Newest), new PageRequest(5, "abc")],
            Assert.Single(front.Cluster.Calls).Arguments);
    }

    [Fact]
    public async Task A_search_without_wishes_has_the_defaults()
    {
        front.Cluster.Forget();
        front.Cluster.On<ICatalogGrain>(nameof(ICatalogGrain.Search), new Page<Book>([], null));
        await front.User.Get("/api/books?q=");
        Assert.Equal([new BookQuery(), new PageRequest()], Assert.Single(front.Cluster.Calls).Arguments);
    }

    [Fact]
    public async Task A_new_book_is_tidied_and_located()
    {
        front.Cluster.Forget();
        front.Cluster.On<ICatalogGrain>(nameof(ICatalogGrain.Create), Samples.Book(id: 12, revision: 1));
        var response = await front.Admin.PostJson(
            "/api/books",
            """{"title": " Emma ", "authors": ["Jane Austen"], "year": 1815, "language": "en-GB", "genres": ["Classics", "classics"], "description": "a\nb", "isbn": "978-0-14-143958-7"}""");
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("/api/books/12", response.Headers.Location?.ToString());
        Assert.Equal("\"1\"", response.Headers.ETag?.ToString());
        var draft = Assert.IsType<BookDraft>(Assert.Single(front.Cluster.Calls).Arguments[0]);
        Assert.Equal(("Emma", 1815, "en-gb", "a\nb", "9780141439587"), (draft.Title, draft.Year, draft.Language, draft.Description, draft.Isbn));
        Assert.Equal(["classics"], draft.Genres);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("*", null)]
    [InlineData("\"3\"", 3)]
    public async Task Changes_carry_the_revision_that_was_seen(string? ifMatch, int? revision)
    {
        front.Cluster.Forget();
        front.Cluster.On<IBookGrain>(nameof(IBookGrain.Update), Samples.Book(revision: 4));
        front.Cluster.On<IBookGrain>(nameof(IBookGrain.Delete), true);
        foreach (var (method, status) in new[] { (HttpMethod.Put, HttpStatusCode.OK), (HttpMethod.Delete, HttpStatusCode.NoContent) })
        {
            var response = await Change(method, ifMatch);
            Assert.Equal(status, response.StatusCode);
        }

        Assert.Equal([revision, revision], front.Cluster.Calls.Select(call => (int?)call.Arguments[^1]));
    }

    [Theory]
    [InlineData("W/\"3\"")]
    [InlineData("\"of-another-server\"")]
    public async Task A_tag_we_never_gave_is_stale(string ifMatch) => await (await Change(HttpMethod.Put, ifMatch)).Problem(412);

    [Fact]
    public async Task Changing_or_deleting_nothing_is_404()
    {
        front.Cluster.Forget();
        front.Cluster.On<IBookGrain>(nameof(IBookGrain.Delete), false);
        await (await Change(HttpMethod.Put, null)).Problem(404);
        await (await Change(HttpMethod.Delete, null)).Problem(404);
    }

    [Theory]
    [InlineData("0-306-40615-2", true)]
    [InlineData("080442957X", true)]
    [InlineData("080442957x", true)]
    [InlineData("978 0 306 40615 7", true)]
    [InlineData("0-306-40615-3", false)]
    [InlineData("978-0-306-40615-8", false)]
    [InlineData("97803064061X7", false)]
    [InlineData("", false)]
    public void Check_digits_of_books(string isbn, bool valid) => Assert.Equal(valid, Isbn.IsValid(Isbn.Compact(isbn)));

    private async Task<HttpResponseMessage> Change(HttpMethod method, string? ifMatch)
    {
        var request = new HttpRequestMessage(method, "/api/books/7");
        if (method == HttpMethod.Put)
            request.Content = new StringContent("""{"title": "Emma"}""", System.Text.Encoding.UTF8, "application/json");
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await front.Admin.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
