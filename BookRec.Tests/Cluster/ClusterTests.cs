using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using BookRec.Hosting.Auth;
using BookRec.Tests.Support;
using Microsoft.IdentityModel.JsonWebTokens;

namespace BookRec.Tests.Cluster;

/// <summary>Two silos and two fronts; passwords from the Secrets Manager emulator.</summary>
public sealed class TwoSilos(TestPostgres postgres) : IAsyncLifetime
{
    public RunningCluster Cluster { get; } = new(postgres) { ConnectionLifetime = 1 };

    public async ValueTask InitializeAsync()
    {
        await Cluster.StartServers(("BookRec__Secrets__RefreshInterval", "00:00:02"), ("BookRec__RateLimits__LoginFailures__Burst", "10"));
        await Cluster.Start("silo-1", "silo-2", "api-1", "api-2");
    }

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}

/// <summary>One cluster at a time, and nothing beside it: its processes watch each other's answers by the second.</summary>
[CollectionDefinition(nameof(ClusterTests), DisableParallelization = true)]
public sealed class ClusterCollection;

[Collection(nameof(ClusterTests))]
public sealed class ClusterTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private RunningCluster Cluster => silos.Cluster;

    [Fact]
    public async Task What_a_reader_does_through_one_front_is_seen_through_the_other()
    {
        var here = await Cluster["api-1"].NewReader();
        var there = Cluster["api-2"].WithTokenOf(here);
        var liked = await here.BookId("Dune");
        Assert.Contains(liked, (await there.Top("n=100")).Ids.Append(liked));

        var first = await here.Record(liked, "like", key: "once");
        var again = await there.Record(liked, "like", key: "once");

        Assert.Equal(first.ToJsonString(), again.ToJsonString());
        Assert.Equal(1, await there.HistoryLength());
        Assert.DoesNotContain(liked, (await there.Top("n=100")).Ids);
        Assert.Equal((await here.Top()).Ids, (await there.Top()).Ids);
    }

    [Fact]
    public async Task The_first_start_made_one_administrator_one_demo_and_one_model_although_two_silos_began_it()
    {
        var admin = await Cluster.Admin("api-1");

        // Other tests train on this cluster too, before this one or after.
        var first = Assert.Single((await admin.Get("/api/admin/training-runs?limit=10"))["items"]!.AsArray(), r => (string)r!["trigger"]! == "bootstrap")!;
        Assert.Single((await admin.Get("/api/admin/model-status"))["versions"]!.AsArray(), v => (string)v!["training_run_id"]! == (string)first["run_id"]!);
        Assert.Equal(await Cluster["silo-1"].Model(), await Cluster["silo-2"].Model());
    }

    [Fact]
    public async Task Training_rollback_and_promotion_reach_every_silo_and_one_that_comes_late()
    {
        var admin = await Cluster.Admin("api-2");
        var first = (string)(await admin.Get("/api/admin/model-status"))["active"]!["version"]!;
        using var started = await admin.PostAsync("/api/admin/retrain", null);
        var run = await started.Expect(HttpStatusCode.Accepted);
        await Cluster["api-2"].Process.Until(
            async () => (string)(run = await admin.Get($"/api/admin/training-runs/{run["run_id"]}"))["state"]! != "running", "the training to end");
        Assert.Equal("succeeded", (string)run["state"]!);
        var second = (string)run["model_version"]!;
        await EverySiloServes(second, "silo-1", "silo-2");

        using var back = await admin.PostAsync("/api/admin/models/rollback", null);
        await back.Expect(HttpStatusCode.OK);
        await EverySiloServes(first, "silo-1", "silo-2");

        // Ready means: the committed model is in place. No look at it before has said anything else.
        await Cluster.Start("silo-3");
        Assert.Equal(first, await Cluster["silo-3"].Model());
        using var forth = await admin.PostAsync($"/api/admin/models/{second}/promote", null);
        await forth.Expect(HttpStatusCode.OK);
        await EverySiloServes(second, "silo-1", "silo-2", "silo-3");
        await Cluster["silo-3"].Process.Signal("TERM");
        Assert.Equal(0, await Cluster["silo-3"].Process.Exit());
    }

    [Fact]
    public async Task A_silo_is_killed_and_calls_go_on()
    {
        await Cluster.Start("silo-4");
        var readers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Cluster["api-1"].NewReader()));
        foreach (var reader in readers)
            await reader.Record(1, "like", key: "first");
        using var enough = new CancellationTokenSource();
        var callers = readers.Select((reader, i) => CallUntil(reader, Cluster[$"api-{1 + (i % 2)}"].WithTokenOf(reader), enough.Token)).ToList();

        await Task.Delay(TimeSpan.FromMilliseconds(500));
        await Cluster["silo-4"].Process.Kill();
        await Task.Delay(TimeSpan.FromSeconds(6));
        await enough.CancelAsync();

        // Every call was answered, at worst after the death was noticed. The limit leaves room for a busy machine.
        var calls = (await Task.WhenAll(callers)).SelectMany(c => c).ToList();
        Assert.All(calls, call => Assert.True(call.Status == HttpStatusCode.OK, $"{call}"));
        Assert.True(calls.Max(c => c.Elapsed) < TimeSpan.FromSeconds(15), $"the slowest took {calls.Max(c => c.Elapsed)}");
        Assert.All(await Task.WhenAll(readers.Select(r => r.HistoryLength())), length => Assert.Equal(1, length));
    }

    [Fact]
    public async Task Redis_is_gone_and_recommendations_go_on()
    {
        var reader = await Cluster["api-1"].NewReader();
        await Cluster.Redis.Kill();
        for (var i = 0; i < 20; i++)
        {
            await reader.Top();
            await Task.Delay(100);
        }

        await reader.Record(2, "like");
        await Cluster.Redis.Start();
        await Cluster["api-1"].UntilReady();
        await reader.Top();
    }

    [Fact]
    public async Task The_dashboard_is_for_administrators()
    {
        var silo = Cluster["silo-1"];
        Assert.Equal(HttpStatusCode.Unauthorized, await silo.Status("/dashboard/"));
        Assert.Equal(HttpStatusCode.Unauthorized, await silo.Status("/dashboard/DashboardCounters"));
        Assert.Equal(HttpStatusCode.OK, await silo.Status("/dashboard/login"));
        var reader = silo.WithTokenOf(await Cluster["api-1"].NewReader());
        using var forbidden = await reader.GetAsync("/dashboard/");
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        var admin = silo.WithTokenOf(await Cluster.Admin("api-1"));
        using var allowed = await admin.GetAsync("/dashboard/");
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
    }

    [Fact]
    public async Task A_browser_is_sent_to_the_login_page_and_gets_a_cookie_that_no_script_reads()
    {
        var http = Cluster["silo-2"].Http;
        using var navigation = new HttpRequestMessage(HttpMethod.Get, "/dashboard/");
        navigation.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        using var sent = await http.SendAsync(navigation);
        Assert.Equal("/dashboard/login", sent.Headers.Location?.ToString());

        using var wrong = await LogIn("admin@bookrec.local", "not the password");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.False(wrong.Headers.Contains("Set-Cookie"));

        using var right = await LogIn("Admin@bookrec.local", Cluster.AdminPassword);
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        var cookie = Assert.Single(right.Headers.GetValues("Set-Cookie"));
        Assert.All(["; httponly", "; samesite=strict", "; path=/dashboard", "; max-age="], part => Assert.Contains(part, cookie, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(HttpStatusCode.OK, await Get("/dashboard/", cookie));

        // The cookie opens the dashboard and nothing else.
        Assert.Equal(HttpStatusCode.Unauthorized, await Get("/dashboard/", cookie.Replace("=e", "=f", StringComparison.Ordinal)));

        Task<HttpResponseMessage> LogIn(string email, string password) => LogInToDashboard(http, email, password);

        async Task<HttpStatusCode> Get(string path, string setCookie)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("Cookie", setCookie.Split(';')[0]);
            using var answer = await http.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task No_process_writes_a_secret_into_its_log()
    {
        await (await Cluster["api-1"].NewReader()).Top();
        foreach (var name in (string[])["silo-1", "silo-2", "api-1", "api-2"])
        {
            Assert.DoesNotContain(Cluster.Redis.Password, Cluster[name].Process.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("postgres-password-of-the-tests", Cluster[name].Process.Output, StringComparison.Ordinal);
            Assert.DoesNotContain(Cluster.AdminPassword, Cluster[name].Process.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_ends_a_session_at_one_front_ends_it_at_the_other()
    {
        // How long an answer is believed is the promise; how long a busy machine takes to notice is not.
        Assert.True(LiveSessions.Trusted <= TimeSpan.FromSeconds(5));
        string[] ways = ["logout", "logout everywhere", "end of one session", "another password", "disabled", "promoted", "erased"];
        await Task.WhenAll(ways.Select(EndsEverywhere));
    }

    [Fact]
    public async Task The_signing_key_is_changed_under_load_and_no_request_fails()
    {
        ClusterProcess[] fronts = [Cluster["api-1"], Cluster["api-2"]];
        var sessions = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => fronts[0].Register()));
        var before = KeyOf(sessions[0].AccessToken);
        using var enough = new CancellationTokenSource();
        var minted = new ConcurrentQueue<(int Front, string Key)>();
        var readers = sessions.Select((session, i) => RefreshAndAsk(i, session.RefreshToken)).ToList();

        Cluster.ChangeSigningKey();
        await fronts[0].Process.Until(
            () => Task.FromResult(readers.Any(r => r.IsCompleted) || Enumerable.Range(0, 2).All(front => minted.Any(m => m.Front == front && m.Key != before))),
            "both fronts to sign with the new key");
        await enough.CancelAsync();
        await Task.WhenAll(readers);

        // Tokens of the key before hold on.
        foreach (var front in fronts)
            await front.WithToken(sessions[0].AccessToken).Get("/api/account");

        // Each token is shown first to the front that did not make it.
        async Task RefreshAndAsk(int turn, string refreshToken)
        {
            for (; !enough.IsCancellationRequested; turn++)
            {
                using var refreshed = await fronts[turn % 2].Http.PostAsJsonAsync("/api/auth/refresh", new { refresh_token = refreshToken });
                var tokens = await refreshed.Expect(HttpStatusCode.OK);
                refreshToken = (string)tokens["refresh_token"]!;
                var accessToken = (string)tokens["access_token"]!;
                using var elsewhere = fronts[(turn + 1) % 2].WithToken(accessToken);
                await elsewhere.Get("/api/account");
                minted.Enqueue((turn % 2, KeyOf(accessToken)));
            }
        }

        static string KeyOf(string token) => new JsonWebToken(token).Kid;
    }

    [Fact]
    public async Task The_passwords_of_the_servers_are_changed_under_load_and_no_request_fails()
    {
        ClusterProcess[] fronts = [Cluster["api-1"], Cluster["api-2"]];
        var readers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => fronts[i % 2].NewReader()));
        var book = await readers[0].BookId("Dune");
        using var enough = new CancellationTokenSource();
        var load = readers.Select(LikeAndAsk).ToList();

        await Cluster.ChangeServerPasswords(between: () => Task.Delay(TimeSpan.FromSeconds(2)));
        await Task.WhenAll(new[] { "silo-1", "silo-2", "api-1", "api-2" }.Select(LoggedInAgain));
        await enough.CancelAsync();
        await Task.WhenAll(load);

        // The pools' connections live for a second in these tests, so there have been new ones all along.
        async Task LikeAndAsk(HttpClient reader)
        {
            for (var turn = 0; !enough.IsCancellationRequested; turn++)
            {
                await reader.Record(book, "view", key: $"{turn}");
                await reader.HistoryLength();
            }
        }

        Task LoggedInAgain(string name) => Cluster[name].Process.Until(
            async () => load.Any(l => l.IsCompleted) || (await Cluster[name].Dependencies()).Where(d => d.Key is "database" or "redis").All(d => d.Value == "healthy"),
            $"{name} to log in with the new passwords");
    }

    [Fact]
    public async Task Who_guesses_a_password_on_one_dashboard_has_guessed_for_all_of_the_cluster()
    {
        var email = $"guessed-{Guid.NewGuid():N}@example.org";
        var statuses = new List<HttpStatusCode>();
        for (; !statuses.Contains(HttpStatusCode.TooManyRequests) && statuses.Count < 100;)
        {
            using var answer = await LogInToDashboard(Cluster["silo-1"].Http, email, "not the password");
            statuses.Add(answer.StatusCode);
            Assert.Equal(answer.StatusCode == HttpStatusCode.TooManyRequests, answer.Headers.RetryAfter is not null);
        }

        Assert.InRange(statuses.Count, 11, 99);
        Assert.All(statuses.SkipLast(1), status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        Assert.True(await RefusesSoon(() => LogInToDashboard(Cluster["silo-2"].Http, email, "not the password")));
        Assert.True(await RefusesSoon(() => Cluster["api-1"].Http.PostAsJsonAsync("/api/auth/login", new { email, password = "not the password" })));

        // The bucket refills meanwhile, by a token in half a minute; one that is not shared would let in ten.
        static async Task<bool> RefusesSoon(Func<Task<HttpResponseMessage>> guess)
        {
            for (var tries = 0; tries < 5; tries++)
            {
                using var answer = await guess();
                if (answer.StatusCode == HttpStatusCode.TooManyRequests)
                    return true;
            }

            return false;
        }
    }

    private static Task<HttpResponseMessage> LogInToDashboard(HttpClient silo, string email, string password)
        => silo.PostAsync("/dashboard/login", new FormUrlEncodedContent(new Dictionary<string, string> { ["email"] = email, ["password"] = password }));

    private async Task EndsEverywhere(string how)
    {
        var (here, there) = (Cluster["api-1"], Cluster["api-2"]);
        var ended = await here.Register();
        var ending = how == "another password" ? await here.LogIn(ended.Email) : ended;
        var elsewhere = there.WithToken(ended.AccessToken);
        await elsewhere.Get("/api/account");

        using var done = await (how switch
        {
            "logout" => ended.Http.PostAsJsonAsync("/api/auth/logout", new { refresh_token = ended.RefreshToken }),
            "logout everywhere" => ended.Http.DeleteAsync("/api/account/sessions"),
            "end of one session" => ended.Http.DeleteAsync($"/api/account/sessions/{(await ended.Http.Get("/api/account/sessions"))["items"]![0]!["id"]}"),
            "another password" => ending.Http.PostAsJsonAsync("/api/account/password", new { current_password = ClusterProcess.Password, new_password = "a rather different phrase" }),
            "disabled" => (await Cluster.Admin("api-1")).PostAsync($"/api/admin/accounts/{ended.UserId}/disable", null),
            "promoted" => (await Cluster.Admin("api-1")).PutAsJsonAsync($"/api/admin/accounts/{ended.UserId}/role", new { role = "admin" }),
            _ => ended.Http.DeleteAsync("/api/account"),
        });
        Assert.True(done.IsSuccessStatusCode, $"{done.StatusCode}");

        await there.Process.Until(
            async () =>
            {
                using var refused = await elsewhere.GetAsync("/api/account");
                return refused.StatusCode == HttpStatusCode.Unauthorized;
            },
            $"{how} to reach the other front");
    }

    private static async Task<List<(HttpStatusCode Status, TimeSpan Elapsed)>> CallUntil(HttpClient one, HttpClient other, CancellationToken enough)
    {
        var calls = new List<(HttpStatusCode, TimeSpan)>();
        for (var i = 0; !enough.IsCancellationRequested; i++)
        {
            var watch = Stopwatch.StartNew();
            using var answer = await (i % 2 == 0 ? one : other).GetAsync("/api/recommendations/top?n=10", CancellationToken.None);
            calls.Add((answer.StatusCode, watch.Elapsed));
            await Task.Delay(100, CancellationToken.None);
        }

        return calls;
    }

    private async Task EverySiloServes(string version, params string[] names)
    {
        foreach (var name in names)
            await Cluster[name].Process.Until(async () => await Cluster[name].Model() == version, $"{name} to serve {version}");
    }
}
