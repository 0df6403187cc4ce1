using System.Diagnostics;
using System.Net.Sockets;
using BookRec.Cli.Cluster.Processes;
using BookRec.Cli.Cluster.State;
using BookRec.Tests.Support;

namespace BookRec.Tests.Deploy;

/// <summary>A real NGINX with the product's templates before servers of the test.</summary>
sealed class RunningNginx : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly DirectoryInfo folder;
    readonly Process process;

    RunningNginx(DirectoryInfo folder, Process process, int port)
    {
        this.folder = folder;
        this.process = process;
        Address = new Uri($"http://127.0.0.1:{port}");
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Address, Timeout = Patience };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    /// <summary>The access log once it has a line: NGINX writes it after the client has its answer.</summary>
    public async Task<IReadOnlyList<string>> AccessLog()
    {
        var file = Path.Combine(folder.FullName, "access.log");
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience; await Task.Delay(20))
            if (File.Exists(file) && await File.ReadAllLinesAsync(file) is { Length: > 0 } lines)
                return lines;
        return [];
    }

    public static Task<RunningNginx> Start(params TinyServer[] servers) => Start([.. servers.Select(s => s.Port)]);

    /// <param name="servers">Ports of the web APIs.</param>
    public static async Task<RunningNginx> Start(IReadOnlyList<int> servers)
    {
        var port = LoopbackPorts.Choose(new HashSet<int>());
        var folder = Render(port, servers);
        var nginx = new RunningNginx(folder, Process.Start(Command(folder))!, port);
        await nginx.WaitUntilItListens(port);
        return nginx;
    }

    /// <summary>What <c>nginx -t</c> says of the templates.</summary>
    public static async Task<(int ExitCode, string Output)> Check()
    {
        var folder = Render(LoopbackPorts.Choose(new HashSet<int>()), [20_001, 20_002]);
        using var process = Process.Start(Command(folder, "-t"))!;
        var output = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        folder.Delete(recursive: true);
        return (process.ExitCode, output);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        LinuxProcess.Find(process.Id)?.Send(Signal.Terminate);
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Delete(recursive: true);
    }

    static DirectoryInfo Render(int port, IReadOnlyList<int> servers)
    {
        var folder = Directory.CreateTempSubdirectory("bookrec-nginx-");
        // The workers are not root.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        var values = new Dictionary<string, string>
        {
            ["BOOKREC_LISTEN"] = $"127.0.0.1:{port}",
            ["BOOKREC_API_SERVERS"] = NginxTemplate.Servers(servers),
            ["BOOKREC_ACCESS_LOG"] = Path.Combine(folder.FullName, "access.log"),
            ["BOOKREC_NGINX_FOLDER"] = folder.FullName,
        };
        foreach (var file in (string[])["nginx.conf", "bookrec.conf"])
            File.WriteAllText(Path.Combine(folder.FullName, file), NginxTemplate.Render(File.ReadAllText(Repository.PathOf("nginx", file + ".template")), values));
        return folder;
    }

    static ProcessStartInfo Command(DirectoryInfo folder, params string[] options)
        => new(Installation.Program("nginx", "nginx"), ["-e", "stderr", "-p", folder.FullName, "-c", Path.Combine(folder.FullName, "nginx.conf"), .. options])
        {
            RedirectStandardError = true,
        };

    async Task WaitUntilItListens(int port)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port);
                return;
            }
            catch (SocketException) when (waited.Elapsed < Patience && !process.HasExited)
            {
                await Task.Delay(20);
            }
        }
    }
}
