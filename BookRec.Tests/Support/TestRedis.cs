namespace BookRec.Tests.Support;

/// <summary>A real Redis with a password and its append-only file, on a free loopback port; it can be stopped and started again over its data.</summary>
public sealed class TestRedis : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bookrec-redis-").FullName;
    private ServerProcess? _server;

    public string Password { get; private set; } = "redis-password-of-the-tests";

    public int Port { get; } = ServerProcess.FreePort();

    public string Endpoint => $"127.0.0.1:{Port}";

    public async Task Start()
    {
        _server = ServerProcess.Start(
            "redis-server",
            ["--port", $"{Port}", "--bind", "127.0.0.1", "--dir", _folder, "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--requirepass", Password]);
        await _server.Until(() => ServerProcess.Listens(Port), "Redis to listen");
    }

    /// <summary>kill -9.</summary>
    public Task Kill() => _server!.Kill();

    /// <summary>Loses everything, as a Redis without its file would.</summary>
    public Task Forget() => Ask("FLUSHALL");

    /// <summary>And throws out everybody who has logged in with the one before.</summary>
    public async Task ChangePassword(string password)
    {
        await Ask("CONFIG", "SET", "requirepass", password);
        Password = password;
        await Ask("CLIENT", "KILL", "TYPE", "normal");
    }

    private async Task Ask(params string[] command)
    {
        await using var client = ServerProcess.Start("redis-cli", ["-p", $"{Port}", "-a", Password, "--no-auth-warning", .. command]);
        Assert.Equal(0, await client.Exit());
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
