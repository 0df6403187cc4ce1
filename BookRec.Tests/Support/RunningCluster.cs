using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Npgsql;

namespace BookRec.Tests.Support;

/// <summary>
/// A cluster as an operator runs it: silos and fronts as processes on a Redis, a PostgreSQL database, an S3 and a Secrets Manager of their
/// own. Gone when disposed.
/// </summary>
public sealed class RunningCluster(TestPostgres postgres) : IAsyncDisposable
{
    /// <summary>Small, so that a first model takes a second; set by environment name.</summary>
    private static readonly Dictionary<string, string> Small = new()
    {
        ["BookRec__Silo__DemoReaders"] = "300",
        ["BookRec__Training__Factors"] = "16",
        ["BookRec__Training__Epochs"] = "5",
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("bookrec-cluster-").FullName;
    private readonly Dictionary<string, ClusterProcess> _processes = [];
    private readonly Dictionary<string, string> _settings = new(Small);
    private readonly TestSecrets _secrets = new();
    private string _signingKey = RandomKey();
    private string _previousKey = RandomKey();
    private string _databasePassword = RandomPassword();

    public TestRedis Redis { get; } = new();

    public TestS3 S3 { get; } = new();

    /// <summary>Seconds that a connection to PostgreSQL is used; 0 for ever.</summary>
    public int ConnectionLifetime { get; init; }

    /// <summary>Between the cluster and PostgreSQL.</summary>
    public CutWire DatabaseWire { get; } = new(postgres.Port);

    /// <summary>What every process is started with.</summary>
    public IReadOnlyDictionary<string, string> Settings => _settings;

    public string AdminPassword => File.ReadAllText(Path.Combine(_folder, "admin-password")).Trim();

    public ClusterProcess this[string name] => _processes[name];

    /// <summary>Starts the servers; no process of ours yet.</summary>
    public async Task StartServers(params (string Name, string Value)[] settings)
    {
        await Task.WhenAll(Redis.Start(), S3.Start(), _secrets.Start(Secret()));
        var database = new NpgsqlConnectionStringBuilder(await postgres.CreateGuardedDatabase(_databasePassword)) { Port = DatabaseWire.Port, ConnectionLifetime = ConnectionLifetime };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["BookRec__Mode"] = "Cluster",
            ["BookRec__DataDirectory"] = _folder,
            ["BookRec__Database__Engine"] = "PostgreSql",
            ["BookRec__Database__ConnectionString"] = database.ConnectionString,
            ["BookRec__Redis__Endpoint"] = Redis.Endpoint,
            ["BookRec__Secrets__Name"] = TestSecrets.Name,
            ["BookRec__Silo__Port"] = "0",
            ["BookRec__Silo__GatewayPort"] = "0",
            ["BookRec__Silo__AdminPasswordFile"] = Path.Combine(_folder, "admin-password"),
            ["AWS_REGION"] = "us-east-1",
            ["AWS_ACCESS_KEY_ID"] = TestS3.Key,
            ["AWS_SECRET_ACCESS_KEY"] = TestS3.Key,
            ["AWS_ENDPOINT_URL_S3"] = S3.Url,
            ["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = _secrets.Url,
        })
            _settings[name] = value;
        foreach (var (name, value) in settings)
            _settings[name] = value;
    }

    /// <summary>Puts another signing key into Secrets Manager, with the one before it.</summary>
    public void ChangeSigningKey()
    {
        (_previousKey, _signingKey) = (_signingKey, RandomKey());
        _secrets.Change(Secret());
    }

    /// <summary>Changes the passwords of PostgreSQL and Redis: at the servers, and in Secrets Manager when some time has passed.</summary>
    public async Task ChangeServerPasswords(Func<Task> between)
    {
        _databasePassword = RandomPassword();
        await postgres.ChangePassword(_settings["BookRec__Database__ConnectionString"], _databasePassword);
        await Redis.ChangePassword(RandomPassword());
        await between();
        _secrets.Change(Secret());
    }

    /// <summary>Starts silos or fronts, all at once, and waits until they are ready.</summary>
    /// <param name="names"><c>silo-N</c> and <c>api-N</c>.</param>
    public async Task Start(params string[] names)
    {
        foreach (var name in names)
            _processes[name] = new ClusterProcess(name, new Dictionary<string, string>(_settings) { ["BookRec__Silo__Name"] = name });
        await Task.WhenAll(names.Select(name => _processes[name].UntilReady()));
    }

    public Task<HttpClient> Admin(string front) => _processes[front].LogIn("admin@bookrec.local", AdminPassword);

    private object Secret() => new
    {
        jwt_secret_key = _signingKey,
        jwt_previous_secret_key = _previousKey,
        postgres_password = _databasePassword,
        redis_password = Redis.Password,
        other = "ignored",
    };

    private static string RandomPassword() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    private static string RandomKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_processes.Values.Select(process => process.DisposeAsync().AsTask()));
        await DatabaseWire.DisposeAsync();
        await Redis.DisposeAsync();
        await S3.DisposeAsync();
        await _secrets.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>One silo or front.</summary>
public sealed class ClusterProcess : IAsyncDisposable
{
    public const string Password = "a long enough password";

    private readonly ServerProcess _process;

    public ClusterProcess(string name, IReadOnlyDictionary<string, string> settings)
    {
        var port = ServerProcess.FreePort();
        _process = ServerProcess.StartOurs(name.StartsWith("silo", StringComparison.Ordinal) ? "BookRec.Silo" : "BookRec.WebApi", ["--port", $"{port}"], settings);
        Http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(1) };
    }

    /// <summary>Without a token.</summary>
    public HttpClient Http { get; }

    public ServerProcess Process => _process;

    public Task UntilReady() => _process.Until(async () => await Status("/api/ready") == HttpStatusCode.OK, $"{Http.BaseAddress} to be ready");

    /// <summary>Null when nobody answers.</summary>
    public async Task<HttpStatusCode?> Status(string path)
    {
        try
        {
            using var answer = await Http.GetAsync(path);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>The names of what this process says is missing; none when it is ready.</summary>
    public async Task<IReadOnlyList<string>> Missing()
    {
        try
        {
            using var answer = await Http.GetAsync("/api/ready");
            return [.. JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["missing"]!.AsArray().Select(m => (string)m!["name"]!)];
        }
        catch (HttpRequestException)
        {
            return [];
        }
    }

    /// <summary>The model a silo serves, as its health tells.</summary>
    public async Task<string?> Model() => (string?)(await Health()).First(d => (string)d["name"]! == "model")["detail"];

    /// <summary>The state of each thing this process needs, by name.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Dependencies() => (await Health()).ToDictionary(d => (string)d["name"]!, d => (string)d["status"]!);

    private async Task<IEnumerable<JsonNode>> Health()
    {
        using var answer = await Http.GetAsync("/api/health");
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["dependencies"]!.AsArray().OfType<JsonNode>();
    }

    public async Task<HttpClient> NewReader() => (await Register()).Http;

    /// <summary>A new account with one session.</summary>
    public async Task<ReaderSession> Register()
    {
        var email = $"reader-{Guid.NewGuid():N}@example.org";
        using var registered = await Post("/api/auth/register", new { email, password = Password });

        // A conflict: an attempt before this one was done though it was not answered.
        if (registered.StatusCode != HttpStatusCode.Conflict)
            await registered.Expect(HttpStatusCode.Created);
        return await LogIn(email);
    }

    public async Task<HttpClient> LogIn(string email, string password) => (await Begin(email, password)).Http;

    public Task<ReaderSession> LogIn(string email) => Begin(email, Password);

    /// <summary>A client with a token that another front of the cluster gave.</summary>
    public HttpClient WithTokenOf(HttpClient other) => WithToken(other.DefaultRequestHeaders.Authorization!.Parameter!);

    public HttpClient WithToken(string token)
    {
        var client = new HttpClient { BaseAddress = Http.BaseAddress, Timeout = TimeSpan.FromMinutes(1) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Http.Dispose();
    }

    /// <summary>As a client should: comes back when told to.</summary>
    private async Task<HttpResponseMessage> Post(string path, object body)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await Http.PostAsJsonAsync(path, body);
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || attempt == 10)
                return answer;
            await Task.Delay(answer.Headers.RetryAfter!.Delta!.Value);
            answer.Dispose();
        }
    }

    private async Task<ReaderSession> Begin(string email, string password)
    {
        using var answer = await Post("/api/auth/login", new { email, password });
        var tokens = await answer.Expect(HttpStatusCode.OK);
        var http = WithToken((string)tokens["access_token"]!);
        var id = (Guid)(await http.Get("/api/account"))["user_id"]!;
        return new ReaderSession(email, id, (string)tokens["access_token"]!, (string)tokens["refresh_token"]!, http);
    }
}

/// <summary>A login through one front.</summary>
public sealed record ReaderSession(string Email, Guid UserId, string AccessToken, string RefreshToken, HttpClient Http);
