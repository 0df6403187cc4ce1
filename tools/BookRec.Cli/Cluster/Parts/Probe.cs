using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BookRec.Cli.Server;

namespace BookRec.Cli.Cluster.Parts;

/// <summary>Questions to a process that tell whether it is well. Each answers null, or what is wrong in a few words.</summary>
static class Probe
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.FromSeconds(5) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Any HTTP answer will do.</summary>
    public static Task<string?> Answers(int port, CancellationToken cancellationToken) => Ask(
        async token =>
        {
            using var answer = await Http.GetAsync(new Uri($"http://{ClusterContext.Loopback}:{port}/"), token);
            return null;
        },
        cancellationToken);

    /// <summary>Asks <c>/api/ready</c>, which names what is missing.</summary>
    public static Task<string?> Ready(int port, CancellationToken cancellationToken)
        => Ready(Http, new Uri($"http://{ClusterContext.Loopback}:{port}"), cancellationToken);

    /// <inheritdoc cref="Ready(int, CancellationToken)"/>
    /// <param name="certificateFile">The only certificate that is trusted; null for plain HTTP.</param>
    public static async Task<string?> Ready(Uri server, string? certificateFile, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(Trust.Handler(server, certificateFile)) { Timeout = Timeout.InfiniteTimeSpan };
        return await Ready(http, server, cancellationToken);
    }

    /// <summary>Logs in to Redis and sends PING.</summary>
    public static Task<string?> Redis(int port, string password, CancellationToken cancellationToken) => Ask(
        async token =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, token);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"AUTH {password}\r\nPING\r\n"), token);
            using var reader = new StreamReader(stream, Encoding.ASCII);
            var (login, ping) = (await reader.ReadLineAsync(token), await reader.ReadLineAsync(token));
            return login == "+OK" && ping == "+PONG" ? null : $"{login} {ping}";
        },
        cancellationToken);

    /// <summary>Bounds a question and puts the usual failures into words.</summary>
    public static async Task<string?> Ask(Func<CancellationToken, Task<string?>> question, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            return await question(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {Limit.TotalSeconds:0} s";
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException or System.Data.Common.DbException)
        {
            return e.InnerException?.Message ?? e.Message;
        }
    }

    static Task<string?> Ready(HttpClient http, Uri server, CancellationToken cancellationToken) => Ask(
        async token =>
        {
            using var answer = await http.GetAsync(new Uri(server, "/api/ready"), token);
            return answer.IsSuccessStatusCode ? null : await Missing(answer, token);
        },
        cancellationToken);

    static async Task<string> Missing(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            var missing = (await answer.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))?["missing"]?.AsArray();
            if (missing is { Count: > 0 })
                return string.Join("; ", missing.Select(m => $"{m?["name"]}: {m?["detail"] ?? m?["status"]}"));
        }
        catch (JsonException)
        {
            // Not one of ours answered; its status tells as much as there is to know.
        }

        return $"{(int)answer.StatusCode} {answer.ReasonPhrase}";
    }
}
