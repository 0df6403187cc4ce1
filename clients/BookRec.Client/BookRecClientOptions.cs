namespace BookRec.Client;

/// <summary>Where the service is, who asks, and how patient the client is.</summary>
public sealed record BookRecClientOptions
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan DefaultRetryDelay = TimeSpan.FromMilliseconds(200);
    public const int DefaultRetries = 4;

    /// <summary>Where the service's paths begin, such as <c>https://books.example.org</c>.</summary>
    public required Uri Address { get; init; }

    /// <summary>
    /// Log in with these as soon as a token is needed, and again when the session has ended. Without them the application calls
    /// <see cref="Accounts.AuthClient.LogIn"/> itself, and an ended session is a <see cref="BookRecException"/> with status 401.
    /// </summary>
    public Credentials? Credentials { get; init; }

    /// <summary>A session of an earlier run to go on with.</summary>
    public string? RefreshToken { get; init; }

    /// <summary>Told every new pair of tokens, for applications that keep the session over a restart.</summary>
    public Action<Accounts.Tokens>? TokensChanged { get; init; }

    /// <summary>How often a call that is safe to repeat is repeated, 0 or more.</summary>
    public int Retries { get; init; } = DefaultRetries;

    /// <summary>Before the first repetition, with jitter; doubles with every further one. A <c>Retry-After</c> of the service goes first.</summary>
    public TimeSpan RetryDelay { get; init; } = DefaultRetryDelay;

    /// <summary>The longest wait before a repetition. When the service asks for more, its refusal is handed to the caller.</summary>
    public TimeSpan LongestRetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one attempt may take, answer included; uploads and event streams have no limit.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>What the service shows in the list of sessions.</summary>
    public string UserAgent { get; init; } = "BookRec.Client";

    /// <summary>Sends the requests; the caller's to dispose. A handler of the client's own, if null.</summary>
    public HttpMessageHandler? Handler { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}

public sealed record Credentials(string Email, string Password);
