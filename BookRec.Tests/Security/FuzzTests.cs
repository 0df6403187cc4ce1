using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BookRec.Tests.Support;

namespace BookRec.Tests.Security;

/// <summary>Nonsense of every kind for every operation of the running service; and what of it was written down.</summary>
[Collection(nameof(SecureApp))]
public sealed class FuzzTests(SecureApp secure, ITestOutputHelper output)
{
    private const int Requests = 10_400;
    private const int AtOnce = 12;
    private const string Canary = "cAnArY7yEl1oW";

    /// <summary>They would end the attack or start hours of work.</summary>
    private static readonly string[] s_left = ["POST /api/admin/retrain", "DELETE /api/account", "DELETE /api/account/sessions", "POST /api/account/password"];

    private static readonly string[] s_texts =
    [
        "", " ", "0", "-1", "1", "2147483648", "9223372036854775807", "9223372036854775808", "1e308", "NaN", "null", "true", "[]", "{}", "\"", "\\", "%", "%00", "..", "../../etc/passwd",
        "';DROP TABLE accounts;--", "\" OR \"\"=\"", "{{7*7}}", "${jndi:ldap://x}", "<script>alert(1)</script>", Canary, $"{Canary}\r\nX-Forged: 1", $"\n{{\"@t\":\"2026\",\"@m\":\"{Canary} forged\"}}\n",
        "\u0000", "\u0001\u001b[31m", "\u202Eabc", "\uFEFF", "e\u0301\u0301\u0301", "\U0001D54F", "\uFFFF", "İıſK", "０１２", "2026-02-30T25:61:61Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z",
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01", "en", "like", "rating", "user", "admin", "00000000-0000-0000-0000-000000000000", $"{Canary}@example.org", "a@b.org", "auto", "popular",
    ];

    private static readonly string[] s_values =
    [
        "null", "true", "false", "0", "-0", "-1", "1", "3", "0.5", "4.75", "1e400", "-1e400", "1E-400", "9223372036854775808", "123456789012345678901234567890", "[]", "{}", "[null]", "[[[[]]]]", "{\"\":0}",
        "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "NaN", "Infinity", "undefined", "'x'", "01", "+1", ".5", "1.", "\"unterminated", "[1,", "{\"a\"", "/* comment */ 1", "1,", "",
        "\u0085", "{\"__proto__\":{\"role\":\"admin\"}}", "{\"$type\":\"System.Object\"}",
    ];

    [Fact]
    public async Task No_request_breaks_the_service_or_is_written_down_in_its_logs()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var operations = (await Operation.All(secure.App.Http)).Where(o => !s_left.Contains(o.Name)).ToList();
        var person = await secure.NewPerson();
        var librarian = await secure.NewPerson();
        var admin = await secure.App.Admin();
        await (await admin.PutAsJsonAsync($"/api/admin/accounts/{librarian.UserId}/role", new { role = "admin" })).Expect(HttpStatusCode.OK);
        librarian = await secure.LogIn(librarian.Email);
        HttpClient[] callers = [secure.Client(null), person.Http, librarian.Http, librarian.Http];

        var bad = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var statuses = new System.Collections.Concurrent.ConcurrentDictionary<int, int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Requests), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, cancelled) =>
        {
            var random = new Random(seed + i);
            var operation = operations[i % operations.Count];
            using var request = Request(operation, random);
            try
            {
                using var answer = await callers[random.Next(callers.Length)].SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancelled);
                statuses.AddOrUpdate((int)answer.StatusCode, 1, (_, n) => n + 1);
                if ((int)answer.StatusCode >= 500)
                    bad.Enqueue($"{(int)answer.StatusCode} {operation.Name} {request.RequestUri} {(request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancelled))} -> {await answer.Content.ReadAsStringAsync(cancelled)}");
                else if ((int)answer.StatusCode >= 400 && answer.Headers.Contains("X-Request-Id") && answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
                    bad.Enqueue($"{(int)answer.StatusCode} without a problem: {operation.Name} {request.RequestUri}");
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
            {
                bad.Enqueue($"{failure.Message}: {operation.Name} {request.RequestUri}");
            }
        });
        output.WriteLine(string.Join(", ", statuses.OrderBy(s => s.Key).Select(s => $"{s.Key}: {s.Value}")));

        Assert.True(bad.IsEmpty, $"seed {seed}, {bad.Count} of {Requests}:\n{string.Join('\n', bad.Take(20))}");
        Assert.True(await secure.App.IsReady());
        await NothingWasWrittenDown();
    }

    [Theory]
    [InlineData("POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/live HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n{}{}{}")]
    [InlineData("POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("GET /api/live HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n")]
    [InlineData("GET /api/live HTTP/1.1\r\nHost : x\r\n\r\n")]
    [InlineData("GET /api/live HTTP/1.1\r\n\r\n")]
    [InlineData("GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /api/live HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\rforged\r\n\r\n")]
    public async Task Requests_of_two_minds_are_refused_and_nothing_is_smuggled(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, secure.App.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);

        // The server closes the connection after what it does not understand; a second answer would come before that.
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var answer = await reader.ReadToEndAsync(deadline.Token);
        Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("\"alive\"", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("forged", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_in_headers_and_bodies_of_failing_requests_are_not_written_down()
    {
        var person = await secure.NewPerson();
        foreach (var (method, path) in new[] { ("GET", "/api/books"), ("GET", $"/api/{Canary}"), ("POST", "/api/auth/login"), ("PUT", "/api/live"), (Canary, "/api/live") })
        {
            foreach (var token in new[] { $"Bearer {Canary}", $"Basic {Canary}", $"Bearer {person.AccessToken}{Canary}" })
            {
                var request = new HttpRequestMessage(new HttpMethod(method), $"{path}?q={Canary}&token={Canary}");
                foreach (var (name, value) in new[] { ("Authorization", token), ("Cookie", $"session={Canary}"), ("Referer", $"http://x/{Canary}"), ("X-Request-Id", $"{Canary} \"}}"), ("Idempotency-Key", Canary), ("X-Forwarded-For", Canary), ("User-Agent", Canary), ("Origin", Canary) })
                    request.Headers.TryAddWithoutValidation(name, value);
                if (method != "GET")
                    request.Content = JsonContent.Create(new { email = $"{Canary}@example.org", password = Canary });
                using var answer = await secure.App.Http.SendAsync(request, TestContext.Current.CancellationToken);
                Assert.True((int)answer.StatusCode < 500);
            }
        }

        await NothingWasWrittenDown();
        var log = await Log();
        Assert.DoesNotContain(person.Email, log, StringComparison.Ordinal);
        Assert.DoesNotContain(person.AccessToken, log, StringComparison.Ordinal);
        Assert.DoesNotContain(person.RefreshToken, log, StringComparison.Ordinal);
        Assert.DoesNotContain(SecureApp.Password, log, StringComparison.Ordinal);
        Assert.DoesNotContain(secure.App.AdminPassword, log, StringComparison.Ordinal);
    }

    private async Task NothingWasWrittenDown()
    {
        // A line of our own, later than all the others.
        await secure.App.Http.GetAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
        await Task.Delay(500, TestContext.Current.CancellationToken);
        var log = await Log();
        Assert.NotEmpty(log);
        Assert.DoesNotContain(Canary, log, StringComparison.OrdinalIgnoreCase);
        foreach (var line in log.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind);
        Assert.DoesNotContain(Canary, secure.App.Output, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<string> Log()
    {
        var text = new StringBuilder();
        foreach (var file in Directory.GetFiles(Path.Combine(secure.App.DataDirectory, "logs"), "bookrec-*.json"))
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            text.Append(await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        }

        // The last line may be on its way.
        var whole = text.ToString();
        return whole[..(whole.LastIndexOf('\n') + 1)];
    }

    private static HttpRequestMessage Request(Operation operation, Random random)
    {
        var path = operation.Path;
        while (path.IndexOf('{', StringComparison.Ordinal) is var start and >= 0)
        {
            var end = path.IndexOf('}', StringComparison.Ordinal);
            path = $"{path[..start]}{Segment(random)}{path[(end + 1)..]}";
        }

        var query = new List<string>();
        foreach (var parameter in operation.Parameters.Where(p => (string)p["in"]! == "query"))
            for (var times = random.Next(3); times > 0; times--)
                query.Add($"{parameter["name"]}={Uri.EscapeDataString(Text(random))}");
        if (random.Next(4) == 0)
            query.Add($"{Uri.EscapeDataString(Text(random))}={Uri.EscapeDataString(Text(random))}");
        var request = new HttpRequestMessage(operation.Method, new Uri($"{path}{(query.Count > 0 ? "?" : "")}{string.Join('&', query)}", UriKind.Relative));

        foreach (var name in (string[])["Idempotency-Key", "If-Match", "Accept", "Accept-Encoding", "Content-Encoding", "Range", "Expect"])
            if (random.Next(10) == 0)
                request.Headers.TryAddWithoutValidation(name, string.Concat(Text(random).Where(c => c is > ' ' and < '\u007f').Take(100)));

        // A harmless request id is there to be found in the log, so it never is the canary.
        if (random.Next(10) == 0 && Text(random) is var id && !id.Contains(Canary, StringComparison.Ordinal))
            request.Headers.TryAddWithoutValidation("X-Request-Id", string.Concat(id.Where(c => c is > ' ' and < '\u007f').Take(100)));
        if (operation.BodyType is { } type || random.Next(20) == 0)
        {
            request.Content = new ByteArrayContent(Bytes(random, operation));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", random.Next(12) switch
            {
                0 => "text/plain",
                1 => "application/json; charset=utf-16",
                2 => "application/x-www-form-urlencoded",
                3 => "multipart/form-data; boundary=x",
                4 => Canary,
                _ => operation.BodyType ?? "application/json",
            });
        }

        return request;
    }

    private static byte[] Bytes(Random random, Operation operation)
    {
        var text = random.Next(12) switch
        {
            0 => Value(random),
            1 => string.Concat(Enumerable.Repeat("[", random.Next(1, 2_000))),
            2 => string.Concat(Enumerable.Repeat("{\"a\":", random.Next(1, 2_000))),
            3 => $"--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{Text(random)}\"\r\n\r\n{Text(random)}\r\n--x--\r\n",
            _ => Document(random, operation),
        };
        var bytes = Encoding.UTF8.GetBytes(text);
        if (random.Next(10) == 0 && bytes.Length > 0)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return random.Next(15) == 0 ? bytes[..random.Next(bytes.Length + 1)] : bytes;
    }

    private static string Document(Random random, Operation operation)
    {
        var fields = new List<string>();
        foreach (var (name, schema) in operation.Body?["properties"]?.AsObject() ?? [])
            if (random.Next(5) > 0)
                fields.Add($"\"{name}\":{(random.Next(3) == 0 ? Likely(random, name, schema!) : Value(random))}");
        if (random.Next(8) == 0)
            fields.Add($"{JsonSerializer.Serialize(Text(random))}:{Value(random)}");
        return $"{{{string.Join(',', fields)}}}";
    }

    /// <summary>What may well be right, so that the nonsense beside it gets further.</summary>
    private static string Likely(Random random, string name, JsonNode schema) => name switch
    {
        "book_id" => $"{random.Next(1, 60)}",
        "type" => "\"like\"",
        "email" => $"\"{Canary}{random.Next()}@example.org\"",
        "password" => "\"short\"",
        "rating" => "4.5",
        "items" => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => $"{{\"book_id\":{random.Next(1, 60)},\"type\":{Value(random)}}}"))}]",
        _ => (schema["type"] as JsonValue)?.ToString() is "integer" or "number" ? "7" : JsonSerializer.Serialize(Text(random)),
    };

    private static string Value(Random random) => random.Next(3) switch
    {
        0 => JsonSerializer.Serialize(Text(random)),
        1 when random.Next(20) == 0 => JsonSerializer.Serialize(new string('x', random.Next(200_000))),
        _ => s_values[random.Next(s_values.Length)],
    };

    private static string Text(Random random) => random.Next(30) == 0 ? new string('\u00e9', random.Next(3_000)) : s_texts[random.Next(s_texts.Length)];

    /// <summary>Never the number of a book that is there: another story may be reading it.</summary>
    private static string Segment(Random random)
    {
        var text = Text(random);
        return text is "" or "1" or "." or ".." ? "4000000000" : Uri.EscapeDataString(text.Length > 1_000 ? text[..1_000] : text);
    }
}
