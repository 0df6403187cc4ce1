using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using BookRec.Storage.Databases;

namespace BookRec.Tests.Support;

/// <summary>
/// The real product as a process of its own on a free port: started, killed and started again over one data folder. Gone with its folder
/// when disposed.
/// </summary>
public sealed class RunningApp : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>A small demo and a quick first model, for stories that are not about how good it is.</summary>
    public static readonly (string Name, string Value)[] Small =
        [("BookRec__Silo__DemoReaders", "200"), ("BookRec__Training__Factors", "16"), ("BookRec__Training__Epochs", "4")];

    private readonly Dictionary<string, string> _settings;
    private readonly StringBuilder _output = new();
    private Process? _process;
    private HttpClient? _admin;

    private RunningApp(Dictionary<string, string> settings)
    {
        _settings = settings;
        DataDirectory = Directory.CreateTempSubdirectory("bookrec-app-").FullName;
        Port = ServerProcess.FreePort();
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}"), Timeout = Patience };
    }

    public string DataDirectory { get; }

    public int Port { get; }

    /// <summary>Without a token.</summary>
    public HttpClient Http { get; }

    /// <summary>Everything the process wrote to its console, all starts together.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public int ProcessId => _process!.Id;

    public string AdminPassword => File.ReadAllText(Path.Combine(DataDirectory, "admin-password")).Trim();

    /// <summary>Starts the app and waits until it is ready.</summary>
    /// <param name="settings">By environment name, such as <c>BookRec__Training__Factors</c>.</param>
    public static async Task<RunningApp> Start(params (string Name, string Value)[] settings)
    {
        var app = new RunningApp(settings.ToDictionary(s => s.Name, s => s.Value));
        await app.Launch();
        return app;
    }

    /// <summary>Starts the process without waiting for anything.</summary>
    public static RunningApp Starting(params (string Name, string Value)[] settings)
    {
        var app = new RunningApp(settings.ToDictionary(s => s.Name, s => s.Value));
        app.Begin();
        return app;
    }

    /// <summary>Starts the process again over the same data and waits until it is ready.</summary>
    public async Task Launch()
    {
        Begin();
        await Until(async () => await IsReady(), "the app to be ready");
    }

    /// <summary>Starts the process without waiting.</summary>
    public void Begin()
    {
        var start = new ProcessStartInfo("dotnet", [AppPath, "--port", $"{Port}", "--data", DataDirectory]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in _settings)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Take;
        _process.ErrorDataReceived += Take;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>A setting from the next start on.</summary>
    public void Set(string name, string value) => _settings[name] = value;

    /// <summary>kill -9.</summary>
    public async Task Kill()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and the exit code it ended with.</summary>
    public async Task<int> Terminate()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process!.Id}"]))
            await kill.WaitForExitAsync();
        return await ExitCode();
    }

    /// <summary>Waits until the process has ended by itself; all its output is there then.</summary>
    public async Task<int> ExitCode()
    {
        await _process!.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    /// <summary>The database of this app, to look at what really was committed.</summary>
    public Database OpenDatabase() => _settings.TryGetValue("BookRec__Database__ConnectionString", out var connection)
        ? new Database(DatabaseEngine.PostgreSql, connection)
        : new Database(DatabaseEngine.Sqlite, $"Data Source={Path.Combine(DataDirectory, "bookrec.db")};Pooling=false");

    public async Task<bool> IsReady()
    {
        try
        {
            using var answer = await Http.GetAsync("/api/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>A client with the administrator's token.</summary>
    public async Task<HttpClient> Admin() => _admin ??= await LogIn("admin@bookrec.local", AdminPassword);

    /// <summary>A client with the token of a reader who has just registered.</summary>
    public async Task<HttpClient> NewReader()
    {
        var email = $"reader-{Guid.NewGuid():N}@example.org";
        const string password = "a long enough password";
        using var registered = await Http.PostAsJsonAsync("/api/auth/register", new { email, password });
        Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
        return await LogIn(email, password);
    }

    public async Task<HttpClient> LogIn(string email, string password)
    {
        using var answer = await Http.PostAsJsonAsync("/api/auth/login", new { email, password });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var tokens = await answer.Content.ReadFromJsonAsync<JsonObject>();
        var client = new HttpClient { BaseAddress = Http.BaseAddress, Timeout = Patience };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)tokens!["access_token"]!);
        return client;
    }

    /// <summary>Waits for a condition, asking again and again, and fails after <see cref="Patience"/>.</summary>
    public async Task Until(Func<Task<bool>> condition, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            if (_process is { HasExited: true })
                Assert.Fail($"The app ended with {_process.ExitCode} while waiting for {what}.\n{Output}");
            if (waited.Elapsed > Patience)
                Assert.Fail($"Waited {Patience} for {what} in vain.\n{Output}");
            await Task.Delay(50);
        }
    }

    /// <summary>Starts a training and waits for its end.</summary>
    public async Task<JsonObject> Train()
    {
        var admin = await Admin();
        using var answer = await admin.PostAsync("/api/admin/retrain", null);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return await EndOf(answer.Headers.Location!.ToString());
    }

    /// <summary>Uploads files of our own format and returns where the import tells how it goes.</summary>
    public async Task<string> BeginImport(string source, params (string Name, byte[] Content)[] files)
    {
        using var body = new MultipartFormDataContent();
        foreach (var (name, content) in files)
            body.Add(new ByteArrayContent(content), "files", name);
        using var answer = await (await Admin()).PostAsync($"/api/admin/imports?format=bookrec&source={source}", body);
        await answer.Expect(HttpStatusCode.Accepted);
        return answer.Headers.Location!.ToString();
    }

    public async Task<JsonObject> Import(string source, params (string Name, byte[] Content)[] files) => await EndOf(await BeginImport(source, files));

    /// <summary>Waits until a training run or an import has ended.</summary>
    public async Task<JsonObject> EndOf(string location)
    {
        var admin = await Admin();
        JsonObject? status = null;
        await Until(
            async () => (string)(status = (await admin.GetFromJsonAsync<JsonObject>(location))!)["state"]! is not ("running" or "uploading"), $"{location} to end");
        return status!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            await Kill();
        _process?.Dispose();
        _admin?.Dispose();
        Http.Dispose();
        Directory.Delete(DataDirectory, recursive: true);
    }

    /// <summary>The build that belongs to this test build.</summary>
    private static string AppPath
    {
        get
        {
            var here = new DirectoryInfo(AppContext.BaseDirectory);
            var (framework, configuration, root) = (here.Name, here.Parent!.Name, here.Parent!.Parent!.Parent!.Parent!.FullName);
            return Path.Combine(root, "BookRec.WebApi", "bin", configuration, framework, "BookRec.WebApi.dll");
        }
    }

    private void Take(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
            lock (_output)
                _output.AppendLine(line.Data);
    }
}
