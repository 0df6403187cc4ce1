using System.Text;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Tests.WebApi.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BookRec.Tests.WebApi;

/// <summary>Every way a request can fail ends in problem+json.</summary>
public sealed class ProblemTests(Front front) : IClassFixture<Front>
{
    [Theory]
    [InlineData(RejectionKind.Invalid, 400)]
    [InlineData(RejectionKind.Unauthenticated, 401)]
    [InlineData(RejectionKind.NotFound, 404)]
    [InlineData(RejectionKind.Conflict, 409)]
    [InlineData(RejectionKind.Stale, 412)]
    [InlineData(RejectionKind.Unprocessable, 422)]
    [InlineData(RejectionKind.Unavailable, 503)]
    public async Task A_rejection_by_a_grain(RejectionKind kind, int status)
    {
        front.Cluster.On<ICatalogGrain>(nameof(ICatalogGrain.Search), new RejectedException(kind, "because", "cursor", "17"));
        var response = await front.User.Get("/api/books");
        var problem = await response.Problem(status);
        Assert.Equal("because", problem.GetProperty("detail").GetString());
        Assert.Equal("because", problem.GetProperty("errors").GetProperty("cursor")[0].GetString());
        Assert.Equal("17", problem.GetProperty("conflicting_id").GetString());
        Assert.Equal(status == 503, response.Headers.RetryAfter is not null);
    }

    public static TheoryData<Exception> Absences => [new TimeoutException(), new SiloUnavailableException(), new OrleansException("no")];

    [Theory]
    [MemberData(nameof(Absences), DisableDiscoveryEnumeration = true)]
    public async Task A_cluster_that_does_not_answer(Exception absence)
    {
        front.Cluster.On<ICatalogGrain>(nameof(ICatalogGrain.Search), absence);
        var response = await front.User.Get("/api/books");
        await response.Problem(503);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_cluster_without_silos()
    {
        await using var client = new ServiceCollection().AddOrleansClient(orleans => orleans.UseLocalhostClustering()).BuildServiceProvider();
        var absence = Assert.Throws<ArgumentException>(() => client.GetRequiredService<IGrainFactory>().GetGrain<ICatalogGrain>(0));
        await A_cluster_that_does_not_answer(absence);
    }

    [Fact]
    public async Task An_unexpected_failure_tells_nothing()
    {
        front.Cluster.On<ICatalogGrain>(nameof(ICatalogGrain.Search), new InvalidOperationException("secret"));
        var problem = await (await front.User.Get("/api/books")).Problem(500);
        Assert.DoesNotContain("secret", problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/api/nothing")]
    [InlineData("/api/books/7/nothing")]
    public async Task Nothing_there(string path) => await (await front.Anonymous.Get(path)).Problem(404);

    [Fact]
    public async Task Nothing_there_even_for_a_browser()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/nothing");
        request.Headers.Add("Accept", "text/html");
        await (await front.Anonymous.SendAsync(request, TestContext.Current.CancellationToken)).Problem(404);
    }

    [Theory]
    [InlineData("/api/books/7")]
    [InlineData("/api/recommendations/similar/7")]
    [InlineData("/api/admin/training-runs/0f8fad5b-d9cb-469f-a165-70867728950e")]
    [InlineData("/api/admin/training-runs/0f8fad5b-d9cb-469f-a165-70867728950e/events")]
    [InlineData("/api/admin/imports/0f8fad5b-d9cb-469f-a165-70867728950e")]
    public async Task No_such_thing(string path)
    {
        front.Cluster.Forget();
        await (await front.Admin.Get(path)).Problem(404);
    }

    [Fact]
    public async Task A_method_the_address_does_not_know()
        => await (await front.Admin.SendAsync(new HttpRequestMessage(HttpMethod.Patch, "/api/books/7"), TestContext.Current.CancellationToken)).Problem(405);

    [Fact]
    public async Task A_body_that_is_too_large()
    {
        // Asked first, the server refuses before the body travels; otherwise it may close the connection under the client's writing.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/books")
        {
            Content = new StringContent($$"""{"title": "{{new string('x', 1_100_000)}}"}""", Encoding.UTF8, "application/json"),
            Headers = { ExpectContinue = true },
        };
        await (await front.Admin.SendAsync(request, TestContext.Current.CancellationToken)).Problem(413);
    }

    [Fact]
    public async Task A_body_of_another_kind()
    {
        using var text = new StringContent("title", Encoding.UTF8, "text/plain");
        await (await front.Admin.PostAsync("/api/books", text, TestContext.Current.CancellationToken)).Problem(415);
        await (await front.Admin.PostAsync("/api/admin/imports?format=bookrec", text, TestContext.Current.CancellationToken)).Problem(415);
    }

    [Theory]
    [InlineData("nonsense", 415)]
    [InlineData("\"\"", 415)]
    [InlineData("utf-7", 415)]
    [InlineData("UTF-8", 400)]
    [InlineData("\"utf-8\"", 400)]
    public async Task A_character_set(string charset, int status)
    {
        using var book = new ByteArrayContent("""{"title": ""}"""u8.ToArray());
        Assert.True(book.Headers.TryAddWithoutValidation("Content-Type", $"application/json; charset={charset}"));
        await (await front.Admin.PostAsync("/api/books", book, TestContext.Current.CancellationToken)).Problem(status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("""{"title": "t"} trailing""")]
    [InlineData("""{"title": "t",}""")]
    public async Task A_body_that_is_no_object(string body) => await (await front.Admin.PostJson("/api/books", body)).Problem(400);

    [Theory]
    [InlineData("abc-1.2_3", true)]
    [InlineData("a b", false)]
    [InlineData("<script>", false)]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789", false)]
    public async Task A_request_id_is_kept_when_harmless(string sent, bool kept)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/nothing");
        request.Headers.TryAddWithoutValidation("X-Request-Id", sent);
        var response = await front.Anonymous.SendAsync(request, TestContext.Current.CancellationToken);
        await response.Problem(404);
        Assert.Equal(kept, response.Headers.GetValues("X-Request-Id").Single() == sent);
    }
}
