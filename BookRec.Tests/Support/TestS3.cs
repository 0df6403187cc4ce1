namespace BookRec.Tests.Support;

/// <summary>s3rver over a temporary folder, with one bucket, on a free loopback port.</summary>
public sealed class TestS3 : IAsyncDisposable
{
    public const string Bucket = "bookrec-models";

    /// <summary>The only key pair s3rver knows.</summary>
    public const string Key = "S3RVER";

    private readonly string _folder = Directory.CreateTempSubdirectory("bookrec-s3-").FullName;
    private ServerProcess? _server;

    public int Port { get; } = ServerProcess.FreePort();

    public string Url => $"http://127.0.0.1:{Port}";

    public async Task Start()
    {
        _server = ServerProcess.Start(
            "node", [Script, "--directory", _folder, "--address", "127.0.0.1", "--port", $"{Port}", "--silent", "--configure-bucket", Bucket]);
        await _server.Until(() => ServerProcess.Listens(Port), "s3rver to listen");
    }

    public Task Kill() => _server!.Kill();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Where <c>./bookrec test</c> installs it.</summary>
    private static string Script
    {
        get
        {
            var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
                ? set
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
            var folder = Path.Combine(cache, "bookrec", "s3rver-3.7.1");
            var script = Path.Combine(folder, "node_modules", "s3rver", "bin", "s3rver.js");
            return File.Exists(script)
                ? script
                : throw new InvalidOperationException($"These tests need s3rver: npm install --prefix {folder} s3rver@3.7.1, which `./bookrec test` does.");
        }
    }
}
