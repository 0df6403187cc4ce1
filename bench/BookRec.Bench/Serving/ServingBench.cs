using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using BookRec.Client;
using BookRec.Client.Accounts;
using BookRec.Client.Imports;
using BookRec.Client.Interactions;
using BookRec.Client.Training;
using Spectre.Console;

namespace BookRec.Bench.Serving;

/// <summary>
/// The service over HTTP, co-hosted with its silo on PostgreSQL, against a plain endpoint with the same bytes. Every kind of request is
/// measured in turn, round after round, so that a change of the machine's mood meets all of them.
/// </summary>
static class ServingBench
{
    const int Connections = 32;

    /// <summary>Writers take turns, so that histories stay of a reader's size.</summary>
    const int ReadersPerConnection = 4;

    const int BooksLiked = 20;
    const string Password = "a password of the bench";
    const string Top = "/api/recommendations/top?n=10";

    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public static async Task Run(TimeSpan duration, int rounds, IReadOnlyCollection<string> only, FileInfo? json, CancellationToken cancellationToken)
    {
        AnsiConsole.WriteLine("Starting PostgreSQL and the service …");
        await using var host = await ServingHost.Start(cancellationToken);
        using var admin = Client(host, new Credentials("admin@bookrec.local", host.AdminPassword));
        AnsiConsole.WriteLine($"Training on {SyntheticLibrary.Books} synthetic books …");
        await Train(admin, cancellationToken);
        AnsiConsole.WriteLine("Registering readers …");
        var tokens = await Readers(host, cancellationToken);
        var body = await Fetch(host, tokens[0], cancellationToken);
        await host.StartPlain(body, cancellationToken);

        var scenarios = Scenarios(host, tokens).Where(scenario => only.Count == 0 || only.Contains(scenario.Name)).ToList();
        AnsiConsole.WriteLine($"{scenarios.Count} kinds of requests for {duration.TotalSeconds:0.#} s each, {rounds} rounds; an answer has {body.Length} bytes");
        var results = await Measure(scenarios, duration, rounds, cancellationToken);
        Show(results);
        BenchOutput.Write(json, Json(results, body.Length));
    }

    public static async Task Train(BookRecClient admin, CancellationToken cancellationToken)
    {
        var import = await admin.Imports.Start(ImportFormat.BookRec, SyntheticLibrary.Files(), "synthetic", cancellation: cancellationToken);
        while (import.State is not (ImportState.Succeeded or ImportState.Failed))
        {
            await Task.Delay(200, cancellationToken);
            import = await admin.Imports.Get(import.Id, cancellationToken);
        }

        var run = await admin.Training.Start(cancellationToken);
        await foreach (var change in admin.Training.Watch(run.RunId, cancellationToken))
            run = change;
        if (run.State != TrainingState.Succeeded)
            throw new InvalidOperationException($"The training {run.State}: {run.Reason}");
    }

    /// <returns>Access tokens of readers with a history each.</returns>
    static async Task<IReadOnlyList<string>> Readers(ServingHost host, CancellationToken cancellationToken)
    {
        var tokens = new string[Connections * ReadersPerConnection];
        await Parallel.ForAsync(0, tokens.Length, cancellationToken, async (number, cancellation) =>
        {
            var account = new Credentials($"reader-{number}@example.org", Password);
            using var client = Client(host, account);
            await client.Auth.Register(new Registration(account.Email, account.Password), cancellation);
            tokens[number] = (await client.Auth.LogIn(account, cancellation)).AccessToken;
            var liked = Enumerable.Range(0, BooksLiked).Select(i => new NewInteraction(1 + (((number * 7) + (i * 50)) % SyntheticLibrary.Books), InteractionType.Like));
            await client.Interactions.RecordBatch(new InteractionBatch([.. liked]), cancellation: cancellation);
        });
        return tokens;
    }

    static async Task<byte[]> Fetch(ServingHost host, string token, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return await http.GetByteArrayAsync($"http://127.0.0.1:{host.ServicePort}{Top}", cancellationToken);
    }

    public static BookRecClient Client(ServingHost host, Credentials account)
        => new(new BookRecClientOptions { Address = new Uri($"http://127.0.0.1:{host.ServicePort}"), Credentials = account });

    static IEnumerable<Scenario> Scenarios(ServingHost host, IReadOnlyList<string> tokens)
    {
        var plain = Get("/", null);
        var cached = tokens.Select(token => Get(Top, token)).ToArray();
        return
        [
            .. Both("plain", host.PlainPort, host.Plain, (_, _) => plain),
            .. Both("cached", host.ServicePort, host.Service, (connection, _) => cached[connection]),
            .. Both("fresh", host.ServicePort, host.Service, (connection, number) => Get($"{Top}&exclude={1 + (number % SyntheticLibrary.Books)}", tokens[connection])),
            .. Both("nginx_plain", host.ProxiedPlainPort, host.Plain, (_, _) => plain),
            .. Both("nginx_cached", host.ProxiedServicePort, host.Service, (connection, _) => cached[connection]),
            new("interactions", Connections, host.ServicePort, host.Service, (connection, number) =>
                Post(Writer(connection, number), $$"""{"book_id":{{1 + ((number * 37) % SyntheticLibrary.Books)}},"type":"view"}""")),
            .. Both("after_interaction", host.ServicePort, host.Service, (connection, number) => number % 2 == 0
                ? Post(Writer(connection, number / 2), Rating(number / (2 * ReadersPerConnection)))
                : Get(Top, Writer(connection, number / 2))),
        ];

        string Writer(int connection, long number) => tokens[(connection * ReadersPerConnection) + (int)(number % ReadersPerConnection)];

        // Another opinion each time, of the same few books: every list is to be ranked anew, and histories do not grow.
        static string Rating(long number) => $$"""{"book_id":{{1 + (number % BooksLiked)}},"type":"rating","rating":{{3 + (number / BooksLiked % 3)}}}""";
    }

    static Scenario[] Both(string name, int port, Process server, Func<int, long, byte[]> request)
        => [new(name, 1, port, server, request), new(name, Connections, port, server, request)];

    static async Task<IReadOnlyList<Measurement>> Measure(IReadOnlyList<Scenario> scenarios, TimeSpan duration, int rounds, CancellationToken cancellationToken)
    {
        foreach (var scenario in scenarios)
            scenario.Run(WarmUp);
        var measured = scenarios.ToDictionary(scenario => scenario, _ => new List<Measurement>());
        await AnsiConsole.Progress().HideCompleted(false).StartAsync(async progress =>
        {
            var task = progress.AddTask("Measuring", maxValue: rounds * scenarios.Count);
            for (var round = 0; round < rounds; round++)
            {
                foreach (var scenario in scenarios)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    measured[scenario].Add(await Task.Run(() => scenario.Run(duration), cancellationToken));
                    task.Increment(1);
                }
            }
        });
        return [.. scenarios.Select(scenario => Measurement.Median(measured[scenario]))];
    }

    static void Show(IReadOnlyList<Measurement> results)
    {
        var table = new Table().AddColumns("Requests", "Connections", "Per second", "Of plain", "p50", "p99", "Server CPU", "Generator CPU");
        foreach (var result in results)
        {
            table.AddRow(
                result.Name, $"{result.Connections}", Number(result.PerSecond, "#,0"), Ratio(results, result) is { } ratio ? Number(ratio, "0.00") : "",
                $"{Number(result.P50, "0.00")} ms", $"{Number(result.P99, "0.00")} ms", $"{Number(result.ServerMicroseconds, "0")} µs", $"{Number(result.GeneratorMicroseconds, "0")} µs");
        }

        AnsiConsole.Write(table);
    }

    static JsonObject Json(IReadOnlyList<Measurement> results, int bytes)
    {
        var json = new JsonObject { ["bytes"] = bytes };
        foreach (var group in results.GroupBy(result => result.Name))
        {
            var numbers = new JsonObject();
            foreach (var result in group)
            {
                var key = $"c{result.Connections}";
                numbers[key] = Math.Round(result.PerSecond, 1);
                numbers[$"{key}_p50_ms"] = Math.Round(result.P50, 3);
                numbers[$"{key}_p99_ms"] = Math.Round(result.P99, 3);
                numbers[$"{key}_server_cpu_us"] = Math.Round(result.ServerMicroseconds, 1);
                numbers[$"{key}_generator_cpu_us"] = Math.Round(result.GeneratorMicroseconds, 1);
                if (Ratio(results, result) is { } ratio)
                    numbers[$"{key}_of_plain"] = Math.Round(ratio, 3);
            }

            json[group.Key] = numbers;
        }

        return json;
    }

    /// <summary>To the yardstick on the same way; null for yardsticks and for writes.</summary>
    static double? Ratio(IReadOnlyList<Measurement> results, Measurement result)
    {
        var yardstick = result.Name switch
        {
            "cached" or "fresh" => "plain",
            "nginx_cached" => "nginx_plain",
            _ => null,
        };
        return results.FirstOrDefault(other => other.Name == yardstick && other.Connections == result.Connections) is { } plain ? result.PerSecond / plain.PerSecond : null;
    }

    static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    static byte[] Get(string path, string? token)
        => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: bench\r\nAccept: application/json\r\n{(token is null ? "" : $"Authorization: Bearer {token}\r\n")}\r\n");

    static byte[] Post(string token, string body) => Encoding.ASCII.GetBytes(
        $"POST /api/interactions HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    /// <summary>One kind of request at one number of connections.</summary>
    sealed record Scenario(string Name, int Connections, int Port, Process Server, Func<int, long, byte[]> Request)
    {
        public Measurement Run(TimeSpan duration)
        {
            Server.Refresh();
            var before = Server.TotalProcessorTime;
            var loop = ClosedLoop.Run(Port, Connections, duration, Request);
            Server.Refresh();
            var server = (Server.TotalProcessorTime - before).TotalMicroseconds / loop.Requests;
            return new(Name, Connections, loop.PerSecond, loop.P50Milliseconds, loop.P99Milliseconds, server, loop.GeneratorSeconds * 1e6 / loop.Requests);
        }
    }

    /// <param name="P50">Milliseconds, like <paramref name="P99"/>.</param>
    /// <param name="ServerMicroseconds">Processor time of the server for a request, whatever else the machine does.</param>
    sealed record Measurement(string Name, int Connections, double PerSecond, double P50, double P99, double ServerMicroseconds, double GeneratorMicroseconds)
    {
        public static Measurement Median(IReadOnlyList<Measurement> rounds) => rounds[0] with
        {
            PerSecond = BenchOutput.Median(rounds.Select(r => r.PerSecond)),
            P50 = BenchOutput.Median(rounds.Select(r => r.P50)),
            P99 = BenchOutput.Median(rounds.Select(r => r.P99)),
            ServerMicroseconds = BenchOutput.Median(rounds.Select(r => r.ServerMicroseconds)),
            GeneratorMicroseconds = BenchOutput.Median(rounds.Select(r => r.GeneratorMicroseconds)),
        };
    }
}
