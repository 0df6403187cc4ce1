using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Hosting;
using BookRec.Hosting.RateLimits;
using BookRec.Tests.WebApi.Support;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace BookRec.Tests.Security;

/// <summary>The buckets against a model, and the front against those who ask too often.</summary>
public sealed class RateLimitTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The model keeps every grant in a list: a token is there exactly when, over every span back from now, no more were granted than the
    /// burst and what was refilled meanwhile.
    /// </summary>
    [Fact]
    public void A_bucket_never_grants_more_than_its_budget_and_never_less()
    {
        var steps = Gen.OneOf(Gen.Choose(0, 0), Gen.Choose(1, 3_000));
        var property = Prop.ForAll(Gen.ListOf(steps, 60).ToArbitrary(), Gen.Choose(1, 12).ToArbitrary(), Gen.Choose(1, 240).ToArbitrary(), Holds);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000).WithName("bucket"), property);
    }

    [Fact]
    public async Task A_full_bucket_takes_no_more_and_a_token_given_back_is_there_again()
    {
        var buckets = new MemoryBuckets(new FakeTimeProvider());
        var budget = new Budget { PerMinute = 1, Burst = 2 };
        Assert.True((await buckets.Take("a", budget)).Taken);
        Assert.True((await buckets.Take("a", budget)).Taken);
        var refused = await buckets.Take("a", budget);
        Assert.Equal((false, 0, TimeSpan.FromSeconds(60)), (refused.Taken, refused.Left, refused.Wait));
        Assert.True((await buckets.Take("b", budget)).Taken);
        await buckets.Take("a", budget, -1);
        Assert.True((await buckets.Take("a", budget)).Taken);
        Assert.Equal(2, (await buckets.Take("never asked", budget, -1)).Left);
    }

    [Fact]
    public async Task Who_asks_too_often_is_told_how_long_to_wait_and_others_are_not_hurt()
    {
        await using var front = await Limited("Reads", 60, 3);
        for (var i = 0; i < 3; i++)
        {
            var answer = await front.User.Get("/api/books");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("\"reads\";q=3;w=3", answer.Headers.GetValues("RateLimit-Policy").Single());
            Assert.StartsWith($"\"reads\";r={2 - i};t=", answer.Headers.GetValues("RateLimit").Single(), StringComparison.Ordinal);
        }

        var refused = await front.User.Get("/api/books");
        await refused.Problem(429);
        Assert.Equal("1", refused.Headers.GetValues("Retry-After").Single());
        Assert.Equal(HttpStatusCode.OK, (await front.Admin.Get("/api/books")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await front.User.Get("/api/live")).StatusCode);

        front.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await front.User.Get("/api/books")).StatusCode);
        await (await front.User.Get("/api/books")).Problem(429);
    }

    [Theory]
    [InlineData("Writes", "POST", "/api/interactions")]
    [InlineData("Admin", "POST", "/api/admin/models/rollback")]
    [InlineData("Login", "POST", "/api/auth/login")]
    public async Task Each_kind_of_request_has_a_budget_of_its_own(string budget, string method, string path)
    {
        await using var front = await Limited(budget, 60, 1);
        await front.Admin.SendJson(new HttpMethod(method), path, "{}");
        await (await front.Admin.SendJson(new HttpMethod(method), path, "{}")).Problem(429);
        Assert.Equal(HttpStatusCode.OK, (await front.Admin.Get("/api/books")).StatusCode);
    }

    [Fact]
    public async Task A_front_that_is_full_refuses_readers_at_once_and_nobody_else()
    {
        await using var front = new Front { Arguments = ["--BookRec:Front:MaximumRequests=2"] };
        await front.InitializeAsync();
        var goOn = new TaskCompletionSource<Page<Book>>();
        front.Cluster.On<ICatalogGrain>(nameof(ICatalogGrain.Search), goOn.Task);
        var underWay = Enumerable.Range(0, 2).Select(_ => front.User.Get("/api/books")).ToList();
        while (front.Cluster.Calls.Count(call => call.Method == nameof(ICatalogGrain.Search)) < 2 && !underWay.Any(w => w.IsCompleted))
            await Task.Delay(10, TestContext.Current.CancellationToken);

        var refused = await front.User.Get("/api/books");
        await refused.Problem(503);
        Assert.True(refused.Headers.Contains("Retry-After"));
        Assert.Equal(HttpStatusCode.OK, (await front.User.Get("/api/live")).StatusCode);
        Assert.NotEqual(HttpStatusCode.ServiceUnavailable, (await LogIn(front, "reader@example.org", "wrong")).StatusCode);

        goOn.SetResult(new([], null));
        Assert.All(await Task.WhenAll(underWay), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(HttpStatusCode.OK, (await front.User.Get("/api/books")).StatusCode);
    }

    [Fact]
    public async Task Guessing_one_password_is_slowed_down_for_addresses_with_and_without_an_account_alike()
    {
        await using var front = await Limited("LoginFailures", 60, 3);
        front.Cluster.On<IAccountGrain>(nameof(IAccountGrain.Authenticate), call => (string)call.Key == "reader@example.org" && (string)call.Arguments[0]! == "right" ? front.Reader : null);
        front.Cluster.On<ISessionGrain>(nameof(ISessionGrain.Start), Samples.Grant(front.Reader, "x"));
        foreach (var email in new[] { "reader@example.org", "nobody@example.org" })
        {
            for (var i = 0; i < 3; i++)
                await (await LogIn(front, email, "wrong")).Problem(401);
            var refused = await LogIn(front, email, "right");
            await refused.Problem(429);
            Assert.Equal("1", refused.Headers.GetValues("Retry-After").Single());
        }

        front.Clock.Advance(TimeSpan.FromSeconds(3));
        for (var i = 0; i < 10; i++)
            Assert.Equal(HttpStatusCode.OK, (await LogIn(front, "READER@example.org", "right")).StatusCode);
    }

    [Fact]
    public async Task Guessing_the_password_of_a_stolen_token_is_slowed_down_and_the_owners_logins_are_not()
    {
        await using var front = await Limited("LoginFailures", 60, 3);
        front.Cluster.On<IAccessGrain>(nameof(IAccessGrain.Get), front.Reader);
        front.Cluster.On<IAccessGrain>(nameof(IAccessGrain.ChangePassword), call => (string)call.Arguments[0]! == "right" ? null : new RejectedException(RejectionKind.Invalid, "is not your password", "current_password"));
        front.Cluster.On<IAccountGrain>(nameof(IAccountGrain.Authenticate), front.Reader);
        front.Cluster.On<ISessionGrain>(nameof(ISessionGrain.Start), Samples.Grant(front.Reader, "x"));
        for (var i = 0; i < 10; i++)
            Assert.Equal(HttpStatusCode.NoContent, (await Change("right")).StatusCode);
        for (var i = 0; i < 3; i++)
            await (await Change("wrong")).Blames("current_password");
        await (await Change("right")).Problem(429);

        Assert.Equal(HttpStatusCode.OK, (await LogIn(front, front.Reader.Email!, "right")).StatusCode);

        Task<HttpResponseMessage> Change(string current)
            => front.User.PostJson("/api/account/password", $$"""{"current_password": "{{current}}", "new_password": "another horse of another color"}""");
    }

    [Fact]
    public async Task An_address_that_the_client_claims_is_believed_only_from_a_trusted_proxy()
    {
        await using var open = await Limited("Login", 60, 1);
        await Claiming(open, "203.0.113.1");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await Claiming(open, "203.0.113.2")).StatusCode);

        await using var behind = new Front { Arguments = ["--BookRec:RateLimits:Login:PerMinute=60", "--BookRec:RateLimits:Login:Burst=1", "--BookRec:Front:TrustedProxies:0=127.0.0.0/8"] };
        await behind.InitializeAsync();
        Assert.NotEqual(HttpStatusCode.TooManyRequests, (await Claiming(behind, "203.0.113.1")).StatusCode);
        Assert.NotEqual(HttpStatusCode.TooManyRequests, (await Claiming(behind, "203.0.113.2")).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await Claiming(behind, "203.0.113.2")).StatusCode);

        // What the client wrote stands before what the proxy added, and is not looked at.
        Assert.Equal(HttpStatusCode.TooManyRequests, (await Claiming(behind, "198.51.100.7, 203.0.113.2")).StatusCode);
    }

    [Fact]
    public async Task Two_fronts_share_one_bucket_in_Redis_and_go_on_without_it()
    {
        await using var redis = await TestRedis.Start();
        var clock = TimeProvider.System;
        var settings = new RedisSettings { Endpoint = redis.Endpoint }.ToOptions(new LivePassword(new ConfigurationManager(), LivePassword.Redis));
        await using var one = new RedisBuckets(settings, new MemoryBuckets(clock), clock, NullLogger<RedisBuckets>.Instance, _patience);
        await using var other = new RedisBuckets(settings, new MemoryBuckets(clock), clock, NullLogger<RedisBuckets>.Instance, _patience);
        var budget = new Budget { PerMinute = 1, Burst = 40 };
        await Until(async () => (await one.Take("warm", budget)).Left - (await other.Take("warm", budget)).Left == 1);

        var grants = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => (i % 2 == 0 ? one : other).Take("shared", budget).AsTask()));
        Assert.InRange(grants.Count(g => g.Taken), 40, 41);
        Assert.All(grants.Where(g => !g.Taken), g => Assert.InRange(g.Wait.TotalSeconds, 1, 60));

        await redis.Kill();
        var alone = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => one.Take("alone", budget).AsTask()));
        Assert.InRange(alone.Count(g => g.Taken), 40, 41);
    }

    private static bool Holds(IList<int> waits, int burst, int perMinute)
    {
        var clock = new FakeTimeProvider();
        var buckets = new MemoryBuckets(clock);
        var budget = new Budget { Burst = burst, PerMinute = perMinute };
        var granted = new List<double>();
        var now = 0.0;
        foreach (var wait in waits)
        {
            clock.Advance(TimeSpan.FromMilliseconds(wait));
            now += wait / 1000.0;
            var grant = buckets.Take("key", budget).AsTask().GetAwaiter().GetResult();

            // The level by the definition: the least, over all starts of a span, of what the span allowed and did not use.
            var level = granted.Select((at, i) => burst + ((now - at) * perMinute / 60.0) - (granted.Count - i)).Append(burst).Min();
            var near = Math.Abs(level - 1) < 1e-6;
            if (!near && grant.Taken != level >= 1)
                return false;
            if (grant.Taken)
                granted.Add(now);
            else if (Math.Abs(grant.Wait.TotalSeconds - ((1 - level) * 60.0 / perMinute)) > 1e-3)
                return false;
        }

        return true;
    }

    private static async Task<Front> Limited(string budget, int perMinute, int burst)
    {
        var front = new Front { Arguments = [$"--BookRec:RateLimits:{budget}:PerMinute={perMinute}", $"--BookRec:RateLimits:{budget}:Burst={burst}"] };
        await front.InitializeAsync();
        front.Cluster.On<ICatalogGrain>(nameof(ICatalogGrain.Search), new Page<Book>([], null));
        return front;
    }

    private static Task<HttpResponseMessage> LogIn(Front front, string email, string password)
        => front.Anonymous.PostJson("/api/auth/login", $$"""{"email": "{{email}}", "password": "{{password}}"}""");

    private static Task<HttpResponseMessage> Claiming(Front front, string address)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/refresh") { Content = JsonContent.Create(new { refresh_token = "x" }) };
        request.Headers.Add("X-Forwarded-For", address);
        return front.Anonymous.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
            await Task.Delay(50, deadline.Token);
    }

    /// <summary>A real Redis on a free port, with nothing kept.</summary>
    private sealed class TestRedis(Process process, string endpoint) : IAsyncDisposable
    {
        public string Endpoint => endpoint;

        public static async Task<TestRedis> Start()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            listener.Stop();
            var process = Process.Start(new ProcessStartInfo("redis-server", ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            {
                RedirectStandardOutput = true,
                WorkingDirectory = Path.GetTempPath(),
            })!;
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            await Until(async () =>
            {
                try
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(IPAddress.Loopback, port);
                    return true;
                }
                catch (SocketException)
                {
                    return false;
                }
            });
            return new TestRedis(process, $"127.0.0.1:{port}");
        }

        public async Task Kill()
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        public async ValueTask DisposeAsync()
        {
            if (!process.HasExited)
                await Kill();
            process.Dispose();
        }
    }
}
