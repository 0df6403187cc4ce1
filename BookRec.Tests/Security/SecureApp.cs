using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using BookRec.Tests.Support;
using Microsoft.Data.Sqlite;

namespace BookRec.Tests.Security;

/// <summary>One running product, shared by the attacks that leave it as they found it; few rounds of bcrypt, so that there can be many.</summary>
public sealed class SecureApp : IAsyncLifetime
{
    public const string Password = "a horse of another color";

    public RunningApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() => App = await RunningApp.Start(
        ("BookRec__Silo__PasswordCost", "10"), ("BookRec__Silo__DemoReaders", "120"),
        ("BookRec__RateLimits__Login__Burst", "100000"), ("BookRec__RateLimits__LoginFailures__Burst", "100000"));

    public ValueTask DisposeAsync() => App.DisposeAsync();

    /// <summary>A new account with one session.</summary>
    public async Task<Login> NewPerson()
    {
        var email = $"person-{Guid.NewGuid():N}@example.org";
        using var registered = await App.Http.PostAsJsonAsync("/api/auth/register", new { email, password = Password });
        Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
        var id = (Guid)(await registered.Expect(HttpStatusCode.Created))["user_id"]!;
        return await LogIn(email) with { UserId = id };
    }

    public async Task<Login> LogIn(string email, string password = Password)
    {
        using var answer = await TryLogIn(email, password);
        return Session(email, await answer.Expect(HttpStatusCode.OK));
    }

    public Task<HttpResponseMessage> TryLogIn(string email, string password = Password) => App.Http.PostAsJsonAsync("/api/auth/login", new { email, password });

    public Task<HttpResponseMessage> TryRefresh(string token) => App.Http.PostAsJsonAsync("/api/auth/refresh", new { refresh_token = token });

    public HttpClient Client(string? accessToken)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = App.Http.BaseAddress, Timeout = TimeSpan.FromSeconds(60) };
        if (accessToken is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return client;
    }

    public Login Session(string email, JsonObject tokens)
        => new(email, Guid.Empty, (string)tokens["access_token"]!, (string)tokens["refresh_token"]!, Client((string)tokens["access_token"]!));

    /// <summary>The product's database, past the product.</summary>
    public async Task<SqliteConnection> Database(SqliteOpenMode mode = SqliteOpenMode.ReadOnly)
    {
        var path = Path.Combine(App.DataDirectory, "bookrec.db");
        var database = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ConnectionString);
        await database.OpenAsync(TestContext.Current.CancellationToken);
        return database;
    }

    /// <summary>Waits until a token stops working and says how long that took.</summary>
    public static async Task<TimeSpan> TimeUntilRefused(HttpClient client, string path = "/api/account")
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (waited.Elapsed < TimeSpan.FromSeconds(30))
        {
            using var answer = await client.GetAsync(path);
            if (answer.StatusCode == HttpStatusCode.Unauthorized)
                return waited.Elapsed;
            await Task.Delay(100);
        }

        return TimeSpan.MaxValue;
    }
}

public sealed record Login(string Email, Guid UserId, string AccessToken, string RefreshToken, HttpClient Http);

[CollectionDefinition(nameof(SecureApp))]
public sealed class SecureAppCollection : ICollectionFixture<SecureApp>;
