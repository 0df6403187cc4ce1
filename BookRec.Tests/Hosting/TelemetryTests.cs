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
    public async Task A_counter_only_grows_and_a_gauge_goes_with_what_it_told_of()
    {
        using var meter = new Meter("BookRec");
        var counted = meter.CreateCounter<long>("test.events");
        var level = meter.CreateUpDownCounter<int>("test.level");
        var places = new HashSet<string> { "here", "there" };
        meter.CreateObservableGauge("test.places", () => places.Select(place => new Measurement<int>(1, new KeyValuePair<string, object?>("place.name", place))));
        int[] alone = [7];
        meter.CreateObservableGauge("test.alone", () => alone.Select(value => new Measurement<int>(value)));

        counted.Add(2, new KeyValuePair<string, object?>("kind", "a"));
        level.Add(5);
        var before = await Metrics();
        counted.Add(3, new KeyValuePair<string, object?>("kind", "a"));
        level.Add(-4);
        places.Remove("there");
        alone = [];
        var after = await Metrics();

        Assert.Contains("# TYPE bookrec_test_events_total counter\n", after, StringComparison.Ordinal);
        Assert.Contains("bookrec_test_events_total{kind=\"a\"} 2\n", before, StringComparison.Ordinal);
        Assert.Contains("bookrec_test_events_total{kind=\"a\"} 5\n", after, StringComparison.Ordinal);
        Assert.Contains("\nbookrec_test_level 5\n", before, StringComparison.Ordinal);
        Assert.Contains("\nbookrec_test_level 1\n", after, StringComparison.Ordinal);
        Assert.Contains("bookrec_test_places{place_name=\"there\"} 1\n", before, StringComparison.Ordinal);
        Assert.Contains("bookrec_test_places{place_name=\"here\"} 1\n", after, StringComparison.Ordinal);
        Assert.DoesNotContain("\"there\"", after, StringComparison.Ordinal);
        Assert.Contains("\nbookrec_test_alone 7\n", before, StringComparison.Ordinal);
        Assert.DoesNotContain("\nbookrec_test_alone 7\n", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_label_can_fill_the_memory()
    {
        using var meter = new Meter("BookRec");
        var counted = meter.CreateCounter<long>("test.endless");
        for (var i = 0; i < 3000; i++)
            counted.Add(1, new KeyValuePair<string, object?>("number", i));

        Assert.Equal(1000, (await Metrics()).Split('\n').Count(line => line.StartsWith("bookrec_test_endless_total{", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Metrics_come_as_openmetrics_for_who_asks_for_it()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/metrics");
        request.Headers.Accept.ParseAdd("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.3,*/*;q=0.1");

        using var response = await front.Anonymous.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("application/openmetrics-text", response.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith("# EOF\n", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
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

    private async Task<string> Metrics()
    {
        using var response = await front.Anonymous.Get("/api/metrics");
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
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
