using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace BookRec.Tests.Deploy;

/// <summary>The configuration template in a real NGINX, with tiny servers in the web APIs' place.</summary>
public sealed class NginxTests
{
    const string EventsPath = "/api/admin/training-runs/7f1d/events";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nginx_accepts_the_templates(bool tls)
    {
        var (exitCode, output) = await RunningNginx.Check(tls);

        Assert.True(exitCode == 0, output);
        Assert.Contains("syntax is ok", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_get_moves_on_when_a_web_api_breaks_off()
    {
        await using var broken = await TinyServer.Start(BreakOff);
        await using var sound = await TinyServer.Start(Answer);
        await using var nginx = await RunningNginx.Start(broken, sound);

        for (var i = 0; i < 20; i++)
        {
            using var answer = await nginx.Client.GetAsync($"/api/books/{i}");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.NotEmpty(broken.Seen);
        Assert.Equal(20, sound.Seen.Count);
    }

    [Fact]
    public async Task A_get_moves_on_when_a_web_api_is_gone()
    {
        await using var sound = await TinyServer.Start(Answer);
        var gone = await TinyServer.Start(Answer);
        await using var nginx = await RunningNginx.Start(gone, sound);
        await gone.DisposeAsync();

        for (var i = 0; i < 10; i++)
        {
            using var answer = await nginx.Client.GetAsync("/api/books");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_post_that_was_sent_is_never_sent_again()
    {
        await using var broken = await TinyServer.Start(BreakOff);
        await using var sound = await TinyServer.Start(Answer);
        await using var nginx = await RunningNginx.Start(broken, sound);
        var failures = 0;

        for (var i = 0; i < 6; i++)
        {
            using var answer = await nginx.Client.PostAsJsonAsync($"/api/interactions/{i}", new { book_id = 1 });
            if (answer.StatusCode == HttpStatusCode.OK)
                continue;
            failures++;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
            Assert.Equal(TimeSpan.FromSeconds(2), answer.Headers.RetryAfter!.Delta);
        }

        Assert.True(failures > 0);
        Assert.Equal(failures, broken.Seen.Count);
        Assert.Equal(6 - failures, sound.Seen.Count);
    }

    [Fact]
    public async Task What_a_client_says_of_its_address_is_overwritten()
    {
        HeaderDictionary? seen = null;
        await using var server = await TinyServer.Start(context =>
        {
            seen = new HeaderDictionary(context.Request.Headers.ToDictionary());
            return Answer(context);
        });
        await using var nginx = await RunningNginx.Start(server);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/books");
        request.Headers.Add("X-Forwarded-For", "203.0.113.9, 198.51.100.1");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("Forwarded", "for=203.0.113.9");
        request.Headers.Add("X-Real-IP", "203.0.113.9");

        using var answer = await nginx.Client.SendAsync(request);

        Assert.Equal("127.0.0.1", seen!["X-Forwarded-For"].ToString());
        Assert.Equal("http", seen["X-Forwarded-Proto"].ToString());
        Assert.Equal(nginx.Address.Authority, seen["X-Forwarded-Host"].ToString());
        Assert.False(seen.ContainsKey("Forwarded"));
        Assert.False(seen.ContainsKey("X-Real-IP"));
    }

    [Theory]
    [InlineData("order-17.b", true)]
    [InlineData("two words", false)]
    [InlineData("<script>", false)]
    [InlineData(null, false)]
    public async Task A_request_has_one_id_everywhere(string? sent, bool kept)
    {
        string? seen = null;
        await using var server = await TinyServer.Start(context =>
        {
            seen = context.Request.Headers["X-Request-Id"];
            return Answer(context);
        });
        await using var nginx = await RunningNginx.Start(server);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/books?q=private");
        if (sent is not null)
            request.Headers.Add("X-Request-Id", sent);

        using var answer = await nginx.Client.SendAsync(request);

        Assert.Equal(kept, seen == sent);
        Assert.Matches("^[A-Za-z0-9._-]{1,64}$", seen!);
        var line = JsonNode.Parse(Assert.Single(await nginx.AccessLog()))!;
        Assert.Equal(("GET", "/api/books", seen, 200), ((string)line["method"]!, (string)line["path"]!, (string)line["request_id"]!, (int)line["status"]!));
    }

    [Fact]
    public async Task Events_arrive_one_by_one()
    {
        var goOn = new TaskCompletionSource();
        await using var server = await TinyServer.Start(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: first\n\n");
            await context.Response.Body.FlushAsync();
            await goOn.Task.WaitAsync(Patience);
            await context.Response.WriteAsync("data: last\n\n");
        });
        await using var nginx = await RunningNginx.Start(server);
        using var request = new HttpRequestMessage(HttpMethod.Get, EventsPath);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));

        using var answer = await nginx.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());

        // The server writes the last one only when the first has arrived.
        Assert.Equal("data: first", await reader.ReadLineAsync().WaitAsync(Patience));
        goOn.SetResult();
        Assert.Contains("data: last", await reader.ReadToEndAsync().WaitAsync(Patience), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_an_import_may_be_large_and_it_passes_through_as_it_arrives()
    {
        var arrived = new TaskCompletionSource();
        await using var server = await TinyServer.Start(async context =>
        {
            var first = new byte[1];
            await context.Request.Body.ReadExactlyAsync(first);
            arrived.SetResult();
            await context.Request.Body.CopyToAsync(Stream.Null);
        });
        await using var nginx = await RunningNginx.Start(server);
        var large = new byte[2 * 1024 * 1024];

        using var refused = await nginx.Client.PostAsync("/api/interactions", new ByteArrayContent(large));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        Assert.Equal(413, (int)(await refused.Content.ReadFromJsonAsync<JsonNode>())!["status"]!);
        Assert.Empty(server.Seen);

        // The second half is sent only when the server has seen the beginning.
        using var upload = new TwoHalves(large, arrived.Task);
        using var accepted = await nginx.Client.PostAsync("/api/admin/imports?format=csv", upload);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
    }

    [Fact]
    public async Task Json_is_compressed_when_it_is_worth_it()
    {
        await using var server = await TinyServer.Start(context =>
        {
            var text = $"\"{new string('a', context.Request.Path == "/long" ? 5000 : 50)}\"";
            context.Response.ContentType = "application/json";
            // Where the length is not known beforehand, NGINX compresses.
            context.Response.ContentLength = text.Length;
            return context.Response.WriteAsync(text);
        });
        await using var nginx = await RunningNginx.Start(server);
        nginx.Client.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));

        using var longOne = await nginx.Client.GetAsync("/long");
        using var shortOne = await nginx.Client.GetAsync("/short");

        Assert.Contains("gzip", longOne.Content.Headers.ContentEncoding);
        Assert.DoesNotContain("gzip", shortOne.Content.Headers.ContentEncoding);
    }

    static Task BreakOff(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    static Task Answer(HttpContext context) => context.Response.WriteAsync("ok");

    /// <summary>A body whose second half waits for something.</summary>
    sealed class TwoHalves(byte[] bytes, Task between) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
            await stream.FlushAsync();
            await between.WaitAsync(Patience);
            await stream.WriteAsync(bytes.AsMemory(bytes.Length / 2));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }
}
