using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json.Nodes;
using BookRec.Cli.Cluster.State;
using BookRec.Cli.Server;
using BookRec.Tests.Documents;
using BookRec.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace BookRec.Tests.Deploy;

/// <summary>What the public side meets: a real NGINX with the product's template, tried from outside.</summary>
public sealed class NginxSecurityTests
{
    [Theory]
    [InlineData("LOGIN", "POST", "/api/auth/login")]
    [InlineData("LOGIN", "POST", "/API/Auth/Refresh")]
    [InlineData("LOGIN", "POST", "/api/account/password/")]
    [InlineData("READS", "GET", "/api/books")]
    [InlineData("READS", "GET", "/api/live")]
    [InlineData("WRITES", "POST", "/api/interactions")]
    [InlineData("ADMIN", "GET", "/api/admin/audit")]
    [InlineData("ADMIN", "POST", "/api//admin/retrain")]
    public async Task Each_kind_of_request_has_a_budget_for_each_address(string budget, string method, string path)
    {
        await using var server = await TinyServer.Start(Answer);
        await using var nginx = await RunningNginx.Start([server.Port], settings: [($"BOOKREC_{budget}_RATE", "1r/m"), ($"BOOKREC_{budget}_BURST", "2")]);

        for (var i = 0; i < 3; i++)
        {
            using var answer = await Send(nginx, method, path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        using var refused = await Send(nginx, method, path);
        Assert.Equal(429, (int)await Problem(refused));
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        Assert.Equal(3, server.Seen.Count);
        using var other = await Send(nginx, budget == "READS" ? "POST" : "GET", "/api/books");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task What_is_turned_away_is_counted_and_found_by_the_commands_of_the_manual()
    {
        await using var server = await TinyServer.Start(Answer);
        await using var nginx = await RunningNginx.Start([server.Port], settings: [("BOOKREC_READS_RATE", "1r/m"), ("BOOKREC_READS_BURST", "2"), ("BOOKREC_INSIDE", "")]);
        var before = await Asked(nginx);

        foreach (var path in (string[])["/api/books", "/api/books", "/api/books", "/api/books", "/api/books", "/api/metrics"])
        {
            using var answer = await Send(nginx, path == "/api/metrics" ? "POST" : "GET", path);
        }

        // To be asked how much it was asked is one more.
        Assert.Equal(6, await Asked(nginx) - before - 1);
        Assert.Equal(3, server.Seen.Count);
        await Poll.Until(async () => (await nginx.AccessLog()).Count == 6, "a line for each request");
        var commands = Documentation.Commands.Where(c => c.Line.Contains("nginx-access.log", StringComparison.Ordinal)).Select(c => c.Line.Replace("/var/lib/bookrec/logs/nginx-access.log", nginx.AccessLogFile, StringComparison.Ordinal)).ToList();
        Assert.Equal("1 \"status\":403 2 \"status\":429", await Said(commands[0]));
        Assert.Equal("2 \"client\":\"127.0.0.1\"", await Said(commands[1]));

        static async Task<int> Asked(RunningNginx nginx) => int.Parse((await nginx.Client.GetStringAsync(nginx.Status)).Split('\n')[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], CultureInfo.InvariantCulture);

        static async Task<string> Said(string command) => string.Join(' ', (await Tool.Run(new ProcessStartInfo("bash", ["-c", command]))).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("2001:db8:0:7::1", "2001:db8:0:7:ffff::a0a", 429)]
    [InlineData("2001:db8:0:7::1", "2001:db8:0:8::1", 200)]
    [InlineData("203.0.113.10", "203.0.113.10", 429)]
    [InlineData("203.0.113.10", "203.0.113.13", 200)]
    public async Task A_client_is_an_IPv4_address_or_a_network_of_IPv6(string first, string second, int status)
    {
        await using var server = await TinyServer.Start(Answer);
        await using var nginx = await RunningNginx.StartBelieving("X-Test-Address", [server.Port], ("BOOKREC_READS_RATE", "1r/m"), ("BOOKREC_READS_BURST", "1"));

        Assert.Equal(200, await Ask(first));
        Assert.Equal(200, await Ask(first));
        Assert.Equal(status, await Ask(second));

        async Task<int> Ask(string address)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/books");
            request.Headers.Add("X-Test-Address", address);
            using var answer = await nginx.Client.SendAsync(request);
            return (int)answer.StatusCode;
        }
    }

    [Fact]
    public async Task One_address_has_so_many_requests_under_way_and_no_more()
    {
        var goOn = new TaskCompletionSource();
        await using var server = await TinyServer.Start(_ => goOn.Task);
        await using var nginx = await RunningNginx.Start([server.Port], settings: ("BOOKREC_CONNECTIONS", "3"));

        var waiting = Enumerable.Range(0, 3).Select(_ => Send(nginx, "GET", "/api/books")).ToList();
        while (server.Seen.Count < 3 && !waiting.Any(w => w.IsCompleted))
            await Task.Delay(20, TestContext.Current.CancellationToken);
        using (var refused = await Send(nginx, "GET", "/api/books"))
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        goOn.SetResult();

        foreach (var answer in await Task.WhenAll(waiting))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Readers_beyond_what_the_web_apis_take_are_refused_before_them_and_nobody_else_is()
    {
        var goOn = new TaskCompletionSource();
        await using var server = await TinyServer.Start(context => HttpMethods.IsPost(context.Request.Method) ? Answer(context) : goOn.Task);
        await using var nginx = await RunningNginx.Start([server.Port], settings: ("BOOKREC_READER_SERVERS", $"server 127.0.0.1:{server.Port} max_conns=2;"));

        var waiting = Enumerable.Range(0, 2).Select(_ => Send(nginx, "GET", "/api/books")).ToList();
        while (server.Seen.Count < 2 && !waiting.Any(w => w.IsCompleted))
            await Task.Delay(20, TestContext.Current.CancellationToken);
        foreach (var (method, path) in ((string, string)[])[("GET", "/api/books"), ("POST", "/api/interactions")])
        {
            using var refused = await Send(nginx, method, path);
            Assert.Equal(503, (int)await Problem(refused));
            Assert.Equal(TimeSpan.FromSeconds(2), refused.Headers.RetryAfter!.Delta);
        }

        Assert.Equal(2, server.Seen.Count);
        foreach (var path in (string[])["/api/auth/login", "/api/admin/retrain", "/API/account/password"])
        {
            using var answer = await Send(nginx, "POST", path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        waiting.Add(Send(nginx, "GET", "/api/ready"));
        while (server.Seen.Count < 6 && !waiting.Any(w => w.IsCompleted))
            await Task.Delay(20, TestContext.Current.CancellationToken);
        goOn.SetResult();
        foreach (var answer in await Task.WhenAll(waiting))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        // An answer may arrive before NGINX has counted it as given.
        while ((await Send(nginx, "GET", "/api/books")).StatusCode != HttpStatusCode.OK)
            await Task.Delay(20, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("/api/metrics")]
    [InlineData("/api/METRICS")]
    [InlineData("/api/metrics/")]
    [InlineData("/api//metrics")]
    [InlineData("/api/%6detrics")]
    [InlineData("/api/books/../health")]
    [InlineData("/Api/Health")]
    [InlineData("/dashboard")]
    [InlineData("/dashboard/index.html")]
    [InlineData("/docs/")]
    [InlineData("/openapi/v1.json")]
    public async Task What_is_for_operators_is_closed_to_the_public_side_and_open_to_named_networks(string path)
    {
        await using var server = await TinyServer.Start(Answer);
        await using var closed = await RunningNginx.Start([server.Port], settings: ("BOOKREC_INSIDE", ""));
        await using var open = await RunningNginx.Start([server.Port], settings: ("BOOKREC_INSIDE", "allow 127.0.0.1;"));

        Assert.Equal(403, await Raw(closed, path));
        Assert.Empty(server.Seen);
        Assert.Equal(200, await Raw(open, path));
        Assert.Single(server.Seen);
        Assert.Equal(200, await Raw(closed, "/api/live"));
    }

    [Fact]
    public async Task With_a_certificate_plain_requests_are_sent_to_HTTPS_and_browsers_are_told_to_stay_there()
    {
        string? scheme = null;
        await using var server = await TinyServer.Start(context =>
        {
            scheme = context.Request.Headers["X-Forwarded-Proto"];
            return Answer(context);
        });
        await using var nginx = await RunningNginx.Start([server.Port], tls: true);

        using var answer = await Send(nginx, "GET", "/api/books", HttpVersion.Version20);
        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20, "https"), (answer.StatusCode, answer.Version, scheme));
        Assert.Equal("max-age=31536000", answer.Headers.GetValues("Strict-Transport-Security").Single());

        using var client = new HttpClient(Trust.Handler(nginx.Address, null));
        using var redirected = await client.PostAsync($"http://{nginx.Address.Authority}/api/books?q=a%20b", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.PermanentRedirect, redirected.StatusCode);
        Assert.Equal($"{nginx.Address}api/books?q=a%20b", redirected.Headers.Location!.OriginalString);
        Assert.False(redirected.Headers.Contains("Strict-Transport-Security"));
        Assert.Single(server.Seen);
    }

    [Theory]
    [InlineData(SslProtocols.Tls13, true)]
    [InlineData(SslProtocols.Tls12, true)]
#pragma warning disable CA5397, SYSLIB0039 // Asking for what is out of date is the test.
    [InlineData(SslProtocols.Tls11, false)]
#pragma warning restore CA5397, SYSLIB0039
    public async Task TLS_is_spoken_in_its_living_versions_only(SslProtocols version, bool spoken)
    {
        await using var server = await TinyServer.Start(Answer);
        await using var nginx = await RunningNginx.Start([server.Port], tls: true);
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, nginx.Address.Port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(socket.GetStream());
        var options = Trust.Handler(nginx.Address, nginx.Certificate!.File).SslOptions;
        (options.TargetHost, options.EnabledSslProtocols) = ("127.0.0.1", version);

        var handshake = await Record.ExceptionAsync(() => tls.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken));

        Assert.Equal(spoken, handshake is null);
    }

    [Fact]
    public async Task A_client_that_trusts_one_certificate_talks_to_nobody_else()
    {
        await using var server = await TinyServer.Start(Answer);
        await using var right = await RunningNginx.Start([server.Port], tls: true);
        await using var wrong = await RunningNginx.Start([server.Port], tls: true);
        using var client = new HttpClient(Trust.Handler(right.Address, right.Certificate!.File));

        using var answer = await client.GetAsync(new Uri(right.Address, "/api/live"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri(wrong.Address, "/api/live"), TestContext.Current.CancellationToken));
        Assert.IsType<AuthenticationException>(refused.InnerException);
        Assert.Single(server.Seen);
    }

    [Fact]
    public void A_certificate_is_made_once_and_again_before_it_ends()
    {
        using var folder = new Cli.TemporaryFolder();
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        var certificate = new ServerCertificate(folder.Path);

        Assert.True(certificate.Ensure(clock));
        Assert.False(certificate.Ensure(clock));
        clock.Advance(TimeSpan.FromDays(366));
        Assert.False(certificate.Ensure(clock));
        clock.Advance(TimeSpan.FromDays(2));
        Assert.True(certificate.Ensure(clock));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(certificate.KeyFile));
    }

    [Theory]
    [InlineData("GET", "/api/metrics", 403)]
    [InlineData("POST", "/api/interactions", 413)]
    [InlineData("GET", "/api/books", 503)]
    public async Task NGINXs_own_answers_take_liberties_from_browsers_too_and_never_twice(string method, string path, int status)
    {
        await using var server = await TinyServer.Start(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        await using var nginx = await RunningNginx.Start([server.Port], tls: true, ("BOOKREC_INSIDE", ""));
        using var answer = await nginx.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = method == "POST" ? new ByteArrayContent(new byte[2_000_000]) : null,
        });

        Assert.Equal(status, (int)await Problem(answer));
        Assert.Equal("nosniff", One(answer, "X-Content-Type-Options"));
        Assert.Equal("DENY", One(answer, "X-Frame-Options"));
        Assert.Equal("no-referrer", One(answer, "Referrer-Policy"));
        Assert.Equal("no-store", One(answer, "Cache-Control"));
        Assert.Contains("default-src 'none'", One(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("max-age=31536000", One(answer, "Strict-Transport-Security"));
        Assert.Equal("nginx", One(answer, "Server"));
    }

    [Fact]
    public async Task The_web_apis_own_headers_pass_unchanged()
    {
        await using var server = await TinyServer.Start(context =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers.ContentSecurityPolicy = "default-src 'self'";
            context.Response.Headers.RetryAfter = "7";
            context.Response.StatusCode = 429;
            return Task.CompletedTask;
        });
        await using var nginx = await RunningNginx.Start([server.Port], tls: true);
        using var answer = await Send(nginx, "GET", "/api/books");

        Assert.Equal(("nosniff", "default-src 'self'", "7"), (One(answer, "X-Content-Type-Options"), One(answer, "Content-Security-Policy"), One(answer, "Retry-After")));
        Assert.False(answer.Headers.Contains("X-Frame-Options"));
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    static Task Answer(HttpContext context) => context.Response.WriteAsync("ok");

    static Task<HttpResponseMessage> Send(RunningNginx nginx, string method, string path, Version? version = null)
        => nginx.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path) { Version = version ?? HttpVersion.Version11 }, TestContext.Current.CancellationToken);

    /// <summary>As it is written: a client of .NET would tidy the path up.</summary>
    static async Task<int> Raw(RunningNginx nginx, string path)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, nginx.Address.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        return int.Parse((await reader.ReadLineAsync(TestContext.Current.CancellationToken))!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    static async Task<HttpStatusCode> Problem(HttpResponseMessage answer)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = (await answer.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
        Assert.Equal((int)answer.StatusCode, (int)problem["status"]!);
        Assert.Equal(One(answer, "X-Request-Id"), (string)problem["request_id"]!);
        return answer.StatusCode;
    }

    static string One(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.TryGetValues(name, out var values) ? values : []);
}
