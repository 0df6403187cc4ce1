using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BookRec.Cli.Server;

/// <summary>
/// The server's REST interface, as far as the commands need it. Logs in on the first call and again whenever the server no longer accepts
/// the token, because an import may outlive it. Everything that goes wrong comes out as a <see cref="CliException"/>. Not thread-safe.
/// </summary>
public sealed class BookRecApi : IDisposable
{
    static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How often a question is asked again when the server is briefly away, as during its restart.</summary>
    const int Attempts = 20;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    readonly HttpClient http;
    readonly string email;
    readonly string password;
    readonly CliEnvironment environment;
    string? accessToken;

    /// <param name="url">Where the server's paths begin, such as <c>http://127.0.0.1:8000</c>.</param>
    public BookRecApi(Uri url, string email, string password, CliEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(url);
        this.email = email;
        this.password = password;
        this.environment = environment;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            // A proxy knows nothing of this computer's own ports.
            UseProxy = !url.IsLoopback,
        };
        http = new HttpClient(handler)
        {
            BaseAddress = new Uri(url.AbsoluteUri.TrimEnd('/') + "/"),
            // An upload takes as long as it takes; the other calls have their own limit.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public void Dispose() => http.Dispose();

    public async Task LogIn(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/auth/login") { Content = JsonContent.Create(new { email, password }, options: Json) };
        using var response = await Transmit(request, AnswerTimeout, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            throw new CliException($"{http.BaseAddress} does not accept this password for {email}");
        accessToken = (await Read<TokensAnswer>(response, cancellationToken)).AccessToken;
    }

    /// <summary>Uploads files in one request, in the order given, none of them held in memory.</summary>
    /// <param name="sent">Told the bytes sent so far; starts again from 0 when the upload has to be repeated.</param>
    /// <returns>The import's id.</returns>
    public async Task<string> StartImport(
        string format, string source, IReadOnlyList<FileInfo> files, Action<long> sent, CancellationToken cancellationToken)
    {
        var path = $"api/admin/imports?format={Uri.EscapeDataString(format)}&source={Uri.EscapeDataString(source)}";
        using var response = await Send(Upload, Timeout.InfiniteTimeSpan, cancellationToken);
        return await Accepted(response, cancellationToken);

        HttpRequestMessage Upload()
        {
            long total = 0;
            sent(0);
            var form = new MultipartFormDataContent();
            foreach (var file in files)
                form.Add(new FileContent(file, bytes => sent(total += bytes)), "files", file.Name);
            var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
            // A server that refuses says so before the files travel.
            request.Headers.ExpectContinue = true;
            return request;
        }
    }

    public Task<ImportAnswer> GetImport(string id, CancellationToken cancellationToken)
        => Get<ImportAnswer>($"api/admin/imports/{Uri.EscapeDataString(id)}", cancellationToken);

    /// <returns>The training run's id.</returns>
    public async Task<string> StartTraining(CancellationToken cancellationToken)
    {
        using var response = await Send(() => new HttpRequestMessage(HttpMethod.Post, "api/admin/retrain"), AnswerTimeout, cancellationToken);
        return await Accepted(response, cancellationToken);
    }

    public Task<TrainingRunAnswer> GetTrainingRun(string id, CancellationToken cancellationToken)
        => Get<TrainingRunAnswer>($"api/admin/training-runs/{Uri.EscapeDataString(id)}", cancellationToken);

    public Task<ModelStatusAnswer> GetModelStatus(CancellationToken cancellationToken)
        => Get<ModelStatusAnswer>("api/admin/model-status", cancellationToken);

    async Task<T> Get<T>(string path, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var response = await Send(() => new HttpRequestMessage(HttpMethod.Get, path), AnswerTimeout, cancellationToken);
                var away = response.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
                if (!away || attempt == Attempts)
                    return await Read<T>(response, cancellationToken);
            }
            catch (CliException problem) when (problem.InnerException is HttpRequestException && accessToken is not null && attempt < Attempts)
            {
                // It has answered before, and asking again changes nothing there.
            }

            await Task.Delay(environment.PollInterval, environment.Time, cancellationToken);
        }
    }

    async Task<HttpResponseMessage> Send(Func<HttpRequestMessage> make, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (accessToken is null)
            await LogIn(cancellationToken);
        var response = await SendWithToken(make, timeout, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
            return response;
        response.Dispose();
        await LogIn(cancellationToken);
        return await SendWithToken(make, timeout, cancellationToken);
    }

    async Task<HttpResponseMessage> SendWithToken(Func<HttpRequestMessage> make, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var request = make();
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return await Transmit(request, timeout, cancellationToken);
    }

    async Task<HttpResponseMessage> Transmit(HttpRequestMessage request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, environment.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await http.SendAsync(request, either.Token);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            throw new CliException(
                $"cannot reach {http.BaseAddress}: {e.InnerException?.Message ?? e.Message}", ["Is the server running, and is --url right?"], inner: e);
        }
        catch (HttpRequestException e)
        {
            throw new CliException($"the connection to {http.BaseAddress} broke: {e.InnerException?.Message ?? e.Message}", inner: e);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new CliException($"{http.BaseAddress} did not answer within {timeout.TotalSeconds:0} s");
        }
    }

    /// <summary>The id of what a 202 has begun: the last part of its Location.</summary>
    async Task<string> Accepted(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.Accepted)
            throw await Refusal(response, cancellationToken);
        return response.Headers.Location?.OriginalString.Split('?')[0].TrimEnd('/').Split('/')[^1] is { Length: > 0 } id
            ? id
            : throw new CliException($"{http.BaseAddress} accepted, but did not say where to follow it");
    }

    async Task<T> Read<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
            throw await Refusal(response, cancellationToken);
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new CliException($"{http.BaseAddress} answered what this program does not understand; is it a BookRec server?", [e.Message], inner: e);
        }
    }

    async Task<CliException> Refusal(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = $"{(int)response.StatusCode} {response.ReasonPhrase}";
        var problem = await Problem(response, cancellationToken);
        var details = new List<string>();
        if (problem?.Detail is { } detail)
            details.Add(detail);
        foreach (var (field, reasons) in problem?.Errors ?? new Dictionary<string, IReadOnlyList<string>>())
            details.AddRange(reasons.Select(reason => $"{field}: {reason}"));
        if (problem is null && response.StatusCode == HttpStatusCode.Forbidden)
            details.Add($"{email} is not an administrator");
        return new CliException($"{http.BaseAddress} answered {problem?.Title ?? status} ({status})", details);
    }

    static async Task<ProblemAnswer?> Problem(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is not "application/problem+json")
            return null;
        try
        {
            return await response.Content.ReadFromJsonAsync<ProblemAnswer>(Json, cancellationToken);
        }
        catch (JsonException)
        {
            // The status alone tells enough; a proxy may have cut the page short.
            return null;
        }
    }
}
