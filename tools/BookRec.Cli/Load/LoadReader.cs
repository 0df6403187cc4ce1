using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using BookRec.Client;
using BookRec.Client.Accounts;

namespace BookRec.Cli.Load;

/// <summary>
/// A reader's account, with connections of its own. What is measured goes past the client, which only keeps the reader logged in: a
/// generator takes processor time from the servers beside it, and reading every answer into objects is most of what a client needs.
/// </summary>
sealed class LoadReader : IDisposable
{
    const string Password = "a password of the load test";
    const string JsonType = "application/json";
    const string Agent = "bookrec load";

    /// <summary>Who waits longer has given up.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly HttpMessageHandler handler;
    readonly HttpMessageInvoker http;
    readonly TimeProvider time;
    readonly Credentials account = new($"load-{Guid.NewGuid():N}@example.org", Password);
    Tokens? tokens;
    string? authorization;

    /// <param name="handler">The connections; ours to dispose.</param>
    public LoadReader(Uri server, HttpMessageHandler handler, TimeProvider time)
    {
        (this.handler, this.time) = (handler, time);
        http = new HttpMessageInvoker(handler, disposeHandler: false);
        Client = new BookRecClient(new BookRecClientOptions
        {
            Address = server,
            Handler = handler,
            TokensChanged = now => (tokens, authorization) = (now, $"Bearer {now.AccessToken}"),
            UserAgent = Agent,
            Time = time,
        });
    }

    public BookRecClient Client { get; }

    public async Task Register(CancellationToken cancellationToken)
    {
        await Client.Auth.Register(new Registration(account.Email, account.Password), cancellationToken);
        await Client.Auth.LogIn(account, cancellationToken);
    }

    /// <summary>Renews the token until it is told to end.</summary>
    public async Task StayLoggedIn(CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            await time.Pause(TimeSpan.FromSeconds(tokens!.ExpiresIn) / 4, ended);
            try
            {
                if (!ended.IsCancellationRequested)
                    await Client.Auth.Refresh(CancellationToken.None);
            }
            catch (Exception e) when (e is BookRecException or HttpRequestException or TimeoutException)
            {
                // The token holds for two more tries; after that the figures show what the server says to it.
            }
        }
    }

    /// <summary>Asks and reads the answer to its end.</summary>
    public async Task<Outcome> Ask(Question question, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(question.Method, question.Address) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        request.Headers.TryAddWithoutValidation("User-Agent", Agent);
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (question.Body is { } body)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(JsonType) } };
            request.Headers.TryAddWithoutValidation("Idempotency-Key", Guid.NewGuid().ToString("N"));
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var response = await http.SendAsync(request, limit.Token);
            if (!response.IsSuccessStatusCode)
                return new(question.Kind, await Refusal(response, limit.Token));
            await response.Content.CopyToAsync(Stream.Null, limit.Token);
            return new(question.Kind);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(question.Kind, $"no answer within {Patience.TotalSeconds:0} s");
        }
    }

    public void Dispose()
    {
        http.Dispose();
        Client.Dispose();
        handler.Dispose();
    }

    static async Task<string> Refusal(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = $"{(int)response.StatusCode} {response.StatusCode}";
        try
        {
            return await response.Content.ReadFromJsonAsync<Problem>(JsonSerializerOptions.Web, cancellationToken) is { Detail: { } detail } ? $"{status}: {detail}" : status;
        }
        catch (JsonException)
        {
            // A proxy's own page; the status tells enough.
            return status;
        }
    }
}
