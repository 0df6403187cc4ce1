using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace BookRec.Client.Http;

/// <summary>One request, one answer, within the time allowed.</summary>
internal sealed class Wire : IDisposable
{
    private readonly HttpClient _http;
    private readonly BookRecClientOptions _options;

    public Wire(BookRecClientOptions options)
    {
        _options = options;
        _http = new HttpClient(options.Handler ?? OwnHandler(options.Address), disposeHandler: options.Handler is null)
        {
            BaseAddress = new Uri(options.Address.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd(options.UserAgent);
    }

    public void Dispose() => _http.Dispose();

    /// <exception cref="HttpRequestException">The connection could not be made or broke.</exception>
    /// <exception cref="TimeoutException">No answer in time.</exception>
    public async Task<HttpResponseMessage> Send(Call call, string? accessToken, CancellationToken cancellation)
    {
        using var request = call.ToRequest(accessToken);
        if (call.IsEndless)
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);

        using var limit = new CancellationTokenSource(_options.Timeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            return await _http.SendAsync(request, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"{_http.BaseAddress} did not answer within {_options.Timeout.TotalSeconds:0.#} s");
        }
    }

    /// <exception cref="BookRecException">The answer is a refusal.</exception>
    /// <exception cref="JsonException">The answer is not what this client understands.</exception>
    public static async Task<T> Read<T>(HttpResponseMessage response, CancellationToken cancellation)
    {
        using (response)
            return await response.Content.ReadFromJsonAsync<T>(Json.Options, cancellation) ?? throw new JsonException("The answer is null.");
    }

    public static async Task<BookRecException> Refusal(HttpResponseMessage response, CancellationToken cancellation)
    {
        using (response)
            return BookRecException.From(response.StatusCode, await ProblemIn(response, cancellation));
    }

    private static async Task<Problem?> ProblemIn(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.Content.Headers.ContentType?.MediaType is not "application/problem+json")
            return null;
        try
        {
            return await response.Content.ReadFromJsonAsync<Problem>(Json.Options, cancellation);
        }
        catch (JsonException)
        {
            // The status alone tells enough; a proxy may have cut the page short.
            return null;
        }
    }

    private static SocketsHttpHandler OwnHandler(Uri address) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        // A proxy knows nothing of this computer's own ports.
        UseProxy = !address.IsLoopback,
        EnableMultipleHttp2Connections = true,
        // A name that moves to another address is followed.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };
}
