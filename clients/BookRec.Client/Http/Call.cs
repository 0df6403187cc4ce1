using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace BookRec.Client.Http;

/// <summary>What to ask the service; as often as it takes, each time as a request of its own.</summary>
internal sealed record Call(HttpMethod Method, string Path)
{
    /// <summary>Makes the body; null where there is none.</summary>
    public Func<HttpContent>? Content { get; init; }

    public bool NeedsToken { get; init; } = true;

    /// <summary>Makes a write safe to repeat.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The version that the caller saw.</summary>
    public string? IfMatch { get; init; }

    /// <summary>The answer takes as long as it takes, and its body is read as it comes.</summary>
    public bool IsEndless { get; init; }

    /// <summary>The body is large: the service is asked first whether it wants it.</summary>
    public bool AsksBeforeSending { get; init; }

    /// <summary>503 is an answer like any other: it says what is missing.</summary>
    public bool Expects503 { get; init; }

    /// <summary>Asking twice does what asking once does.</summary>
    public bool IsRepeatable => Method == HttpMethod.Get || IdempotencyKey is not null;

    public static Call Get(string path) => new(HttpMethod.Get, path);

    public static Call Post(string path) => new(HttpMethod.Post, path);

    public static Call Post<T>(string path, T body) => Post(path, () => body);

    public static Call Post<T>(string path, Func<T> body) => Post(path).With(body);

    public static Call Put<T>(string path, T body) => new Call(HttpMethod.Put, path).With(() => body);

    public static Call Delete(string path) => new(HttpMethod.Delete, path);

    public HttpRequestMessage ToRequest(string? accessToken)
    {
        // HTTP/2 where TLS offers it: many requests share a connection.
        var request = new HttpRequestMessage(Method, Path)
        {
            Content = Content?.Invoke(),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (accessToken is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        if (IdempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", IdempotencyKey);
        if (IfMatch is not null)
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(IfMatch));
        if (AsksBeforeSending)
            request.Headers.ExpectContinue = true;
        return request;
    }

    private Call With<T>(Func<T> body) => this with { Content = () => JsonContent.Create(body(), options: Json.Options) };
}
