using System.Diagnostics.Metrics;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Tests.WebApi.Support;

namespace BookRec.Tests.Hosting;

public sealed class TelemetryTests(Front front) : IClassFixture<Front>
{
    [Fact]
    public async Task Metrics_have_labels_that_no_caller_can_invent()
    {
        using var meter = new Meter("BookRec");
        using var foreign = new Meter("Somebody.Else");
        var counted = meter.CreateCounter<long>("bookrec.test.things");
        foreign.CreateCounter<long>("foreign_things").Add(1);
        counted.Add(3);

        await front.User.Get("/api/books/123456789");
        await front.Anonymous.Get("/invented-path");
        await front.Anonymous.SendAsync(new HttpRequestMessage(new HttpMethod("INVENTED"), "/api/books"), TestContext.Current.CancellationToken);
        var response = await front.Anonymous.Get("/api/metrics");
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("http_request_duration_seconds_count{method=\"GET\",route=\"/api/books/{id}\",status=\"404\"}", text, StringComparison.Ordinal);
        Assert.Contains("method=\"OTHER\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("123456789", text, StringComparison.Ordinal);
        Assert.DoesNotContain("invented", text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("bookrec_test_things", text, StringComparison.Ordinal);
        Assert.DoesNotContain("foreign_things", text, StringComparison.Ordinal);
        Assert.Contains("process_cpu_seconds_total", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_tells_what_happened_and_nothing_personal()
    {
        await using var other = new Front();
        await other.InitializeAsync();
        other.Cluster.On<ICatalogGrain>(nameof(ICatalogGrain.Search), new Page<Book>([], null));
        await other.User.Get("/api/books?q=a-private-wish");
        await other.Anonymous.PostJson("/api/auth/login", """{"email": "ada@example.org", "password": "a-private-word"}""");
        var log = await Log(other, "/api/auth/login");

        Assert.Contains("\"Route\":\"/api/books\"", log.Replace("/api/books/", "/api/books", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("\"Status\":200", log, StringComparison.Ordinal);
        Assert.DoesNotContain("private", log, StringComparison.Ordinal);
        Assert.DoesNotContain("example.org", log, StringComparison.Ordinal);
        Assert.DoesNotContain(other.Reader.Id.ToString(), log, StringComparison.Ordinal);
        Assert.DoesNotContain(other.User.DefaultRequestHeaders.Authorization!.Parameter!, log, StringComparison.Ordinal);
    }

    /// <summary>A request is logged after its answer was sent, so the line may come a moment later.</summary>
    private static async Task<string> Log(Front front, string awaited)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            var file = Directory.GetFiles(Path.Combine(front.DataDirectory, "logs"), "bookrec-*.json").Single();
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            var text = await reader.ReadToEndAsync(deadline.Token);
            if (text.Contains(awaited, StringComparison.Ordinal))
                return text;
            await Task.Delay(20, deadline.Token);
        }
    }
}
