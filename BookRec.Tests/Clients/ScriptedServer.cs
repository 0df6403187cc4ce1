using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using BookRec.Client;
using BookRec.Client.Accounts;
using Microsoft.Extensions.Time.Testing;

namespace BookRec.Tests.Clients;

/// <summary>A service that keeps sessions as the real one does, and otherwise answers what a test says.</summary>
sealed class ScriptedServer : HttpMessageHandler
{
    public static readonly Credentials Reader = new("reader@example.org", "a long enough password");

    /// <summary>Seconds an access token holds.</summary>
    public const int TokenSeconds = 100;

    readonly Lock turn = new();
    readonly List<HttpRequestMessage> asked = [];
    int grants;

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UnixEpoch);

    /// <summary>What to answer to the request of this number, from 1, once its token is in order.</summary>
    public Func<int, HttpResponseMessage> Script { get; init; } = _ => Json(new Page<string>([], null));

    /// <summary>What to do before a login or a refresh is answered.</summary>
    public Func<Task> BeforeGrant { get; init; } = () => Task.CompletedTask;

    /// <summary>What to do once a login or a refresh is done and before its tokens are on their way.</summary>
    public Func<Task> BeforeAnswer { get; init; } = () => Task.CompletedTask;

    /// <summary>Requests whose tokens were in order; logins and refreshes not counted.</summary>
    public IReadOnlyList<HttpRequestMessage> Asked
    {
        get
        {
            lock (turn)
                return [.. asked];
        }
    }

    public int Logins { get; private set; }

    public int Refreshes { get; private set; }

    public BookRecClient Client(Credentials? credentials = null, int retries = 3) => new(new BookRecClientOptions
    {
        Address = new Uri("http://bookrec.test"),
        Handler = this,
        Credentials = credentials,
        Retries = retries,
        RetryDelay = TimeSpan.FromMilliseconds(1),
        Time = Clock,
    });

    public static HttpResponseMessage Json<T>(T value, HttpStatusCode status = HttpStatusCode.OK)
        => new(status) { Content = JsonContent.Create(value, options: BookRec.Client.Http.Json.Options) };

    public static HttpResponseMessage Refusal(HttpStatusCode status, TimeSpan? retryAfter = null)
    {
        var answer = new HttpResponseMessage(status);
        if (retryAfter is { } wait)
            answer.Headers.RetryAfter = new RetryConditionHeaderValue(wait);
        return answer;
    }

    /// <summary>Ends the session and with it all tokens given so far.</summary>
    public void EndSession() => grants += 100;

    /// <summary>Lets the time pass on which the client waits until the work is done.</summary>
    /// <returns>The time that has passed.</returns>
    public async Task<TimeSpan> PassTimeUntil(Task work)
    {
        var began = Clock.GetUtcNow();
        while (!work.IsCompleted)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(work, Task.Delay(1));
        }

        return Clock.GetUtcNow() - began;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        if (path is "/api/auth/login" or "/api/auth/refresh")
        {
            await BeforeGrant().WaitAsync(cancellationToken);
            var answer = await Grant(path, request);
            await BeforeAnswer().WaitAsync(cancellationToken);
            return answer;
        }

        int number;
        lock (turn)
        {
            if (request.Headers.Authorization?.Parameter != Access(grants))
                return Refusal(HttpStatusCode.Unauthorized);
            asked.Add(request);
            number = asked.Count;
        }

        return Script(number);
    }

    async Task<HttpResponseMessage> Grant(string path, HttpRequestMessage request)
    {
        var body = await request.Content!.ReadAsStringAsync();
        lock (turn)
        {
            var isRefresh = path == "/api/auth/refresh";
            if (isRefresh && !body.Contains($"\"refresh-{grants}\"", StringComparison.Ordinal))
            {
                // A spent token ends the session.
                grants += 100;
                return Refusal(HttpStatusCode.Unauthorized);
            }

            if (isRefresh)
                Refreshes++;
            else
                Logins++;
            grants++;
            return Json(new Tokens(Access(grants), $"refresh-{grants}", "bearer", TokenSeconds));
        }
    }

    static string Access(int grant) => $"access-{grant}";
}
