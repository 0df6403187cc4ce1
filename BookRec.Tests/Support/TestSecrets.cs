using System.Text.Json;

namespace BookRec.Tests.Support;

/// <summary>Our Secrets Manager emulator with one secret, on a free loopback port.</summary>
public sealed class TestSecrets : IAsyncDisposable
{
    public const string Name = "bookrec/test";

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"bookrec-secrets-{Guid.NewGuid():N}.json");
    private ServerProcess? _server;

    public int Port { get; } = ServerProcess.FreePort();

    public string Url => $"http://127.0.0.1:{Port}";

    /// <param name="secret">What the secret holds; kept as the text of a JSON object, as AWS has it.</param>
    public async Task Start(object secret)
    {
        Change(secret);
        _server = ServerProcess.StartOurs(
            "tools/BookRec.SecretsEmulator", ["--port", $"{Port}", "--secrets", _file],
            new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = TestS3.Key, ["AWS_SECRET_ACCESS_KEY"] = TestS3.Key });
        await _server.Until(() => ServerProcess.Listens(Port), "the emulator to listen");
    }

    /// <summary>From the next question on.</summary>
    public void Change(object secret)
    {
        File.WriteAllText($"{_file}.new", JsonSerializer.Serialize(new Dictionary<string, string> { [Name] = JsonSerializer.Serialize(secret) }));
        File.Move($"{_file}.new", _file, overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _server, null) is { } server)
            await server.DisposeAsync();
        File.Delete(_file);
    }
}
