using System.Net;
using System.Net.Http.Json;
using BookRec.Tests.Support;

namespace BookRec.Tests.EndToEnd;

[Collection(nameof(DemoApp))]
public sealed class CatalogueTests(DemoApp demo)
{
    [Fact]
    public async Task A_new_book_is_recommended_at_once_and_gone_as_soon_as_it_is_deleted()
    {
        var admin = await demo.App.Admin();
        var reader = await demo.App.NewReader();
        await reader.Record(await reader.BookId("A Wizard of Earthsea"), "like");
        await reader.Record(await reader.BookId("The Tombs of Atuan"), "like");
        using var created = await admin.PostAsJsonAsync("/api/books", new
        {
            title = "The Harbour at Gont (Earthsea, #9)",
            authors = new[] { "Ursula K. Le Guin" },
            year = 1999,
            language = "en",
            genres = new[] { "fantasy", "coming-of-age" },
            description = "A goatherd with a gift for wizardry sails the archipelago to school, and looses a shadow.",
        });
        var book = await created.Expect(HttpStatusCode.Created);
        var id = (long)book["id"]!;

        // How much content counts in the hybrid is what the last training found; by content alone the new book must be near the top.
        var list = await reader.Top("n=20&strategy=content");
        Assert.Contains(id, list.Ids);
        Assert.Contains(list.ReasonsOf(list.Ids.ToList().IndexOf(id)), r => (string)r["kind"]! == "new_for_you");
        var similar = new TopList(await reader.Get($"/api/recommendations/similar/{id}"));
        Assert.Contains(await reader.BookId("A Wizard of Earthsea"), similar.Ids);

        using var deleted = await admin.DeleteAsync($"/api/books/{id}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.DoesNotContain(id, (await reader.Top("n=100")).Ids);
        using var gone = await reader.GetAsync($"/api/books/{id}");
        await gone.Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Two_editors_do_not_overwrite_each_other()
    {
        var admin = await demo.App.Admin();
        using var created = await admin.PostAsJsonAsync("/api/books", new { title = "A Draft", authors = new[] { "Nobody Known" } });
        var id = (await created.Expect(HttpStatusCode.Created))["id"];
        var tag = created.Headers.ETag!.Tag;
        async Task<HttpResponseMessage> Put(string title)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/books/{id}") { Content = JsonContent.Create(new { title, authors = new[] { "Nobody Known" } }) };
            request.Headers.TryAddWithoutValidation("If-Match", tag);
            return await admin.SendAsync(request);
        }

        using var first = await Put("The First Edit");
        await first.Expect(HttpStatusCode.OK);
        using var second = await Put("The Second Edit");
        await second.Expect(HttpStatusCode.PreconditionFailed);
        Assert.Equal("The First Edit", (string)(await admin.Get($"/api/books/{id}"))["title"]!);
        using var removed = await admin.DeleteAsync($"/api/books/{id}");
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
    }

    [Fact]
    public async Task Books_like_a_well_known_one_are_what_its_readers_would_name()
    {
        var reader = await demo.App.NewReader();
        var similar = new TopList(await reader.Get($"/api/recommendations/similar/{await reader.BookId("The Two Towers")}?n=5"));
        Assert.Contains(await reader.BookId("The Return of the King"), similar.Ids);
        Assert.Contains(await reader.BookId("The Fellowship of the Ring"), similar.Ids);
        Assert.All(Enumerable.Range(0, similar.Items.Count), i => Assert.NotEmpty(similar.ReasonsOf(i)));
    }
}
