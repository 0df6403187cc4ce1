using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Tests.WebApi.Support;

namespace BookRec.Tests.Security;

/// <summary>What every answer carries, whatever its status.</summary>
public sealed class HeaderTests(Front front) : IClassFixture<Front>
{
    [Theory]
    [InlineData("GET", "/api/live", 200)]
    [InlineData("GET", "/api/books", 401)]
    [InlineData("GET", "/nowhere", 404)]
    [InlineData("DELETE", "/api/live", 405)]
    [InlineData("POST", "/api/auth/login", 400)]
    [InlineData("GET", "/docs/", 200)]
    [InlineData("GET", "/openapi/v1.json", 200)]
    [InlineData("GET", "/", 302)]
    public async Task Browsers_lose_their_liberties(string method, string path, int status)
    {
        var answer = method == "POST" ? await front.Anonymous.PostJson(path, "{}") : await front.Anonymous.SendAsync(new(new HttpMethod(method), path), TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("nosniff", One(answer, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", One(answer, "Referrer-Policy"));
        Assert.Equal("DENY", One(answer, "X-Frame-Options"));
        Assert.Contains("default-src 'none'", One(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", One(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal(path == "/docs/", One(answer, "Content-Security-Policy").Contains("script-src", StringComparison.Ordinal));
        Assert.False(answer.Headers.Contains("Server"));
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Failures_carry_them_too_and_nothing_personal_is_kept_by_caches()
    {
        front.Cluster.On<ICatalogGrain>(nameof(ICatalogGrain.Search), new InvalidOperationException("secret inside"));
        var failed = await front.User.Get("/api/books");
        var problem = await failed.Problem(500);
        Assert.DoesNotContain("secret", problem.ToString(), StringComparison.Ordinal);
        Assert.Equal("no-referrer", One(failed, "Referrer-Policy"));
        Assert.Contains("no-store", One(failed, "Cache-Control"), StringComparison.Ordinal);
        front.Cluster.On<ICatalogGrain>(nameof(ICatalogGrain.Search), new Page<Book>([], null));
        Assert.Equal("no-store", One(await front.User.Get("/api/books"), "Cache-Control"));
    }

    [Fact]
    public async Task Behind_TLS_browsers_are_told_to_stay_there_if_a_trusted_proxy_says_so()
    {
        await using var behind = new Front { Arguments = ["--BookRec:Front:TrustedProxies:0=127.0.0.0/8"] };
        await behind.InitializeAsync();
        foreach (var (server, told) in new[] { (behind, true), (front, false) })
        {
            var request = new HttpRequestMessage(HttpMethod.Get, "/api/live");
            request.Headers.Add("X-Forwarded-Proto", "https");
            request.Headers.Add("X-Forwarded-For", "203.0.113.1");
            var answer = await server.Anonymous.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(told, answer.Headers.Contains("Strict-Transport-Security"));
        }
    }

    [Fact]
    public async Task Pages_of_known_origins_may_call_and_others_may_not()
    {
        await using var server = new Front { Arguments = ["--BookRec:Front:Origins:0=https://books.example.org"] };
        await server.InitializeAsync();
        foreach (var (origin, path, allowed) in new[]
        {
            ("https://books.example.org", "/api/books", true), ("https://books.example.org", "/nowhere", true), ("https://evil.example", "/api/books", false),
            ("null", "/api/books", false), ("http://books.example.org", "/api/books", false), ("https://books.example.org.evil.example", "/api/books", false),
        })
        {
            foreach (var preflight in new[] { false, true })
            {
                var request = new HttpRequestMessage(preflight ? HttpMethod.Options : HttpMethod.Get, path);
                request.Headers.Add("Origin", origin);
                if (preflight)
                    request.Headers.Add("Access-Control-Request-Method", "PUT");
                var answer = await server.Anonymous.SendAsync(request, TestContext.Current.CancellationToken);
                Assert.Equal(allowed ? origin : null, answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null);
                Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
            }
        }
    }

    [Fact]
    public async Task Too_much_too_deep_and_too_many_headers_are_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 100)) + string.Concat(Enumerable.Repeat("]", 100));
        await (await front.User.PostJson("/api/interactions", $$"""{"book_id": {{deep}}, "type": "like"}""")).Problem(400);
        await (await front.User.PostJson("/api/interactions", new string(' ', (1024 * 1024) + 1) + "{}")).Problem(413);

        var heavy = new HttpRequestMessage(HttpMethod.Get, "/api/live");
        heavy.Headers.Add("X-Heavy", new string('x', 20_000));
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, (await front.Anonymous.SendAsync(heavy, TestContext.Current.CancellationToken)).StatusCode);
        var many = new HttpRequestMessage(HttpMethod.Get, "/api/live");
        for (var i = 0; i < 100; i++)
            many.Headers.Add($"X-Many-{i}", "x");
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, (await front.Anonymous.SendAsync(many, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("GET /api/live HTTP/1.1\r\nHost: x\r\nX-Slow")]
    [InlineData("POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")]
    public async Task Who_does_not_finish_what_it_began_to_send_is_cut_off(string beginning)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, front.Anonymous.BaseAddress!.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning), TestContext.Current.CancellationToken);

        using var reader = new StreamReader(stream, Encoding.ASCII);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_are_so_many_connections_and_no_more()
    {
        await using var small = new Front { Arguments = ["--BookRec:Front:MaximumConnections=10"] };
        await small.InitializeAsync();
        var connections = new List<TcpClient>();
        for (var i = 0; i < 10; i++)
        {
            connections.Add(new TcpClient());
            await connections[i].ConnectAsync(IPAddress.Loopback, small.Anonymous.BaseAddress!.Port, TestContext.Current.CancellationToken);
            Assert.StartsWith("HTTP/1.1 200", await FirstLine(connections[i]), StringComparison.Ordinal);
        }

        using (var eleventh = new TcpClient())
        {
            await eleventh.ConnectAsync(IPAddress.Loopback, small.Anonymous.BaseAddress!.Port, TestContext.Current.CancellationToken);
            Assert.Null(await FirstLine(eleventh));
        }

        // Those that are open go on, and one that closes makes room.
        Assert.StartsWith("HTTP/1.1 200", await FirstLine(connections[9]), StringComparison.Ordinal);
        connections[0].Dispose();
        string? line = null;
        for (var waited = Stopwatch.StartNew(); line is null && waited.Elapsed < TimeSpan.FromMinutes(1);)
        {
            using var next = new TcpClient();
            await next.ConnectAsync(IPAddress.Loopback, small.Anonymous.BaseAddress!.Port, TestContext.Current.CancellationToken);
            line = await FirstLine(next);
        }

        Assert.StartsWith("HTTP/1.1 200", line, StringComparison.Ordinal);
        connections.ForEach(connection => connection.Dispose());
    }

    /// <summary>Of the answer to a question; null where the server hangs up instead.</summary>
    private static async Task<string?> FirstLine(TcpClient client)
    {
        try
        {
            var stream = client.GetStream();
            await stream.WriteAsync("GET /api/live HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            var buffer = new byte[4096];
            var answer = "";

            // To its end, which may come in a piece of its own: what is left would be taken for the next answer.
            while (!answer.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal))
            {
                var read = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
                if (read == 0)
                    return null;
                answer += Encoding.ASCII.GetString(buffer, 0, read);
            }

            return answer.Split('\r')[0];
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string One(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? Assert.Single(values) : "";
}
