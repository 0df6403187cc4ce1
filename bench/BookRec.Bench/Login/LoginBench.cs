using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using BookRec.Bench.Serving;
using BookRec.Client;
using Spectre.Console;

namespace BookRec.Bench.Login;

/// <summary>
/// Logins at the cost that is served, against the service as it runs: whether an onlooker can tell a wrong password from an unknown or a
/// disabled account by the time the answer takes, and how much slower recommendations get while many log in at once.
/// </summary>
static class LoginBench
{
    const int Cost = 12;
    const int Flood = 32;
    const int Connections = 4;
    const string Password = "a password of the bench";
    const string Top = "/api/recommendations/top?n=10";

    static readonly string[] Kinds = ["wrong password", "disabled account", "unknown address"];

    public static async Task Run(int tries, TimeSpan duration, int rounds, FileInfo? json, CancellationToken cancellationToken)
    {
        AnsiConsole.WriteLine("Starting PostgreSQL and the service …");
        await using var host = await ServingHost.Start(cancellationToken, Cost);
        using var admin = ServingBench.Client(host, new Credentials("admin@bookrec.local", host.AdminPassword));
        AnsiConsole.WriteLine($"Training on {SyntheticLibrary.Books} synthetic books …");
        await ServingBench.Train(admin, cancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{host.ServicePort}") };
        var token = await Register(http, "reader@example.org", cancellationToken);
        await Register(http, "disabled@example.org", cancellationToken);
        await Disable(http, host, cancellationToken);

        AnsiConsole.WriteLine($"{tries} failed logins of each kind …");
        var areas = Areas(await Time(http, tries, cancellationToken));
        AnsiConsole.WriteLine($"Recommendations for {duration.TotalSeconds:0.#} s alone and in a flood of {Flood} logins, {rounds} rounds …");
        var (alone, flooded, logins) = await Measure(http, host.ServicePort, token, duration, rounds, cancellationToken);
        Show(tries, areas, alone, flooded, logins);
        BenchOutput.Write(json, Json(tries, areas, alone, flooded, logins));
    }

    static async Task<string> Register(HttpClient http, string email, CancellationToken cancellationToken)
    {
        using var registered = await http.PostAsJsonAsync("/api/auth/register", new { email, password = Password }, cancellationToken);
        registered.EnsureSuccessStatusCode();
        return await AccessToken(http, email, Password, cancellationToken);
    }

    static async Task<string> AccessToken(HttpClient http, string email, string password, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync("/api/auth/login", new { email, password }, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return (string)(await answer.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!["access_token"]!;
    }

    static async Task Disable(HttpClient http, ServingHost host, CancellationToken cancellationToken)
    {
        var token = await AccessToken(http, "admin@bookrec.local", host.AdminPassword, cancellationToken);
        var accounts = await Send(HttpMethod.Get, "/api/admin/accounts?email=disabled@example.org");
        await Send(HttpMethod.Post, $"/api/admin/accounts/{accounts["items"]![0]!["user_id"]}/disable");

        async Task<JsonNode> Send(HttpMethod method, string path)
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Authorization = new("Bearer", token);
            using var answer = await http.SendAsync(request, cancellationToken);
            answer.EnsureSuccessStatusCode();
            return (await answer.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!;
        }
    }

    /// <returns>Milliseconds, by kind. The kinds take turns in being first.</returns>
    static async Task<IReadOnlyList<double>[]> Time(HttpClient http, int tries, CancellationToken cancellationToken)
    {
        string[] addresses = ["reader@example.org", "disabled@example.org", "nobody@example.org"];
        var times = Kinds.Select(_ => new List<double>()).ToArray();
        for (var i = 0; i < tries; i++)
        {
            foreach (var kind in Enumerable.Range(0, Kinds.Length).Select(k => (k + i) % Kinds.Length))
            {
                var began = Stopwatch.GetTimestamp();
                using var answer = await http.PostAsJsonAsync("/api/auth/login", new { email = addresses[kind], password = "not the password at all" }, cancellationToken);
                times[kind].Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                if (answer.StatusCode != HttpStatusCode.Unauthorized)
                    throw new InvalidOperationException($"A failed login was answered {(int)answer.StatusCode}.");
            }
        }

        return times;
    }

    /// <summary>Of each two kinds: the area under the curve of whoever tells them apart by time; one half is guessing.</summary>
    static IReadOnlyList<(string One, string Other, double Area)> Areas(IReadOnlyList<double>[] times) =>
    [
        .. from one in Enumerable.Range(0, Kinds.Length)
           from other in Enumerable.Range(one + 1, Kinds.Length - one - 1)
           select (Kinds[one], Kinds[other], Area(times[one], times[other])),
    ];

    static double Area(IReadOnlyList<double> one, IReadOnlyList<double> other)
        => one.Sum(a => other.Sum(b => a < b ? 1.0 : a > b ? 0 : 0.5)) / ((double)one.Count * other.Count);

    static async Task<(IReadOnlyList<LoopResult> Alone, IReadOnlyList<LoopResult> Flooded, double LoginsPerSecond)> Measure(
        HttpClient http, int port, string token, TimeSpan duration, int rounds, CancellationToken cancellationToken)
    {
        var request = Encoding.ASCII.GetBytes($"GET {Top} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n\r\n");
        List<LoopResult> alone = [], flooded = [];
        long logins = 0;
        Ask();
        for (var round = 0; round < rounds; round++)
        {
            alone.Add(Ask());
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var flood = Enumerable.Range(0, Flood).Select(_ => LogInUntil(enough.Token)).ToList();
            flooded.Add(await Task.Run(Ask, cancellationToken));
            await enough.CancelAsync();
            await Task.WhenAll(flood);
        }

        return (alone, flooded, logins / (rounds * duration.TotalSeconds));

        LoopResult Ask() => ClosedLoop.Run(port, Connections, duration, (_, _) => request);

        async Task LogInUntil(CancellationToken enough)
        {
            try
            {
                while (true)
                {
                    await AccessToken(http, "reader@example.org", Password, enough);
                    Interlocked.Increment(ref logins);
                }
            }
            catch (OperationCanceledException) when (enough.IsCancellationRequested)
            {
                // It was enough.
            }
        }
    }

    static double P50(IEnumerable<LoopResult> results) => BenchOutput.Median(results.Select(r => r.P50Milliseconds));

    static double P99(IEnumerable<LoopResult> results) => BenchOutput.Median(results.Select(r => r.P99Milliseconds));

    static void Show(
        int tries, IReadOnlyList<(string One, string Other, double Area)> areas, IReadOnlyList<LoopResult> alone, IReadOnlyList<LoopResult> flooded, double logins)
    {
        var deviation = Math.Sqrt(((2 * tries) + 1) / (12.0 * tries * tries));
        foreach (var (one, other, area) in areas)
            AnsiConsole.WriteLine($"{one} against {other}: area {area:F3} (chance: 0.5 ± {deviation:F3})");
        var table = new Table().AddColumns("Recommendations", "p50 ms", "p99 ms", "per second");
        table.AddRow("alone", $"{P50(alone):F2}", $"{P99(alone):F2}", $"{BenchOutput.Median(alone.Select(r => r.PerSecond)):F0}");
        table.AddRow($"in a flood ({logins:F1} logins/s)", $"{P50(flooded):F2}", $"{P99(flooded):F2}", $"{BenchOutput.Median(flooded.Select(r => r.PerSecond)):F0}");
        table.AddRow("ratio", $"{P50(flooded) / P50(alone):F2}", $"{P99(flooded) / P99(alone):F2}", "");
        AnsiConsole.Write(table);
    }

    static JsonObject Json(
        int tries, IReadOnlyList<(string One, string Other, double Area)> areas, IReadOnlyList<LoopResult> alone, IReadOnlyList<LoopResult> flooded, double logins) => new()
        {
            ["cost"] = Cost,
            ["tries"] = tries,
            ["areas"] = new JsonArray([.. areas.Select(a => new JsonObject { ["one"] = a.One, ["other"] = a.Other, ["area"] = a.Area })]),
            ["alone"] = new JsonObject { ["p50_ms"] = P50(alone), ["p99_ms"] = P99(alone) },
            ["flooded"] = new JsonObject { ["p50_ms"] = P50(flooded), ["p99_ms"] = P99(flooded), ["logins_per_second"] = logins },
            ["p50_ratio"] = P50(flooded) / P50(alone),
        };
}
