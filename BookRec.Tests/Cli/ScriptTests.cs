using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace BookRec.Tests.Cli;

/// <summary>The script at the repository's root, as far as it goes without building anything.</summary>
public sealed class ScriptTests : IDisposable
{
    readonly TemporaryFolder elsewhere = new();

    public void Dispose() => elsewhere.Dispose();

    [Theory]
    [InlineData]
    [InlineData("nonsense")]
    [InlineData("run", "--nonsense")]
    [InlineData("run", "--port", "http")]
    [InlineData("run", "--port", "65536")]
    [InlineData("run", "--port")]
    public async Task Misuse_exits_2_with_the_usage(params string[] args)
    {
        var run = await Script(args);

        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.StartsWith("bookrec: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("./bookrec run [--port 8000]", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_names_every_command()
    {
        var run = await Script("help");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        foreach (var command in new[] { "run", "import", "retrain", "status", "cluster", "chaos", "load", "test", "bench", "format", "sbom" })
            Assert.Contains($"./bookrec {command}", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_said_before_anything_is_built()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var run = await Script("run", "--port", $"{port}");

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"bookrec: port {port} is in use", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_sdk_is_said()
    {
        // A PATH with what the script needs up to that point, and no dotnet.
        var programs = elsewhere.Subfolder("bin").FullName;
        File.CreateSymbolicLink(Path.Combine(programs, "dirname"), Which("dirname"));

        var run = await Script(["status"], path: programs);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("bookrec: the .NET SDK is missing", run.Error, StringComparison.Ordinal);
    }

    Task<CliRun> Script(params string[] args) => Script(args, path: null);

    async Task<CliRun> Script(string[] args, string? path)
    {
        var start = new ProcessStartInfo(Which("bash"), [RepositoryFile("bookrec"), .. args])
        {
            WorkingDirectory = elsewhere.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (path is not null)
            start.Environment["PATH"] = path;
        using var process = Process.Start(start)!;
        var cancellation = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return new CliRun(process.ExitCode, await output, await error);
    }

    static string Which(string program) => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program))
        .First(File.Exists);

    static string RepositoryFile(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "BookRec.sln")))
            folder = folder.Parent!;
        return Path.Combine(folder.FullName, name);
    }
}
