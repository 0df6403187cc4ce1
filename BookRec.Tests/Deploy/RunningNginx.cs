using System.Diagnostics;
using System.Net.Sockets;
using BookRec.Cli.Cluster.Processes;
using BookRec.Cli.Cluster.State;
using BookRec.Cli.Server;
using BookRec.Tests.Support;

namespace BookRec.Tests.Deploy;

/// <summary>A real NGINX with the product's templates before servers of the test.</summary>
sealed class RunningNginx : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly DirectoryInfo folder;
    readonly Process process;

    RunningNginx(DirectoryInfo folder, Process process, int port, ServerCertificate? certificate)
    {
        this.folder = folder;
        this.process = process;
        Certificate = certificate;
        Address = new Uri($"{(certificate is null ? "http" : "https")}://127.0.0.1:{port}");
        Client = new HttpClient(Trust.Handler(Address, certificate?.File)) { BaseAddress = Address, Timeout = Patience };
    }

    /// <summary>Null for plain HTTP.</summary>
    public ServerCertificate? Certificate { get; }

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
    /// <param name="settings">Beside or instead of those that <c>cluster up</c> gives.</param>
    public static Task<RunningNginx> Start(IReadOnlyList<int> servers, bool tls = false, params (string Name, string Value)[] settings)
        => Start(servers, tls, frame => frame, settings);

    /// <param name="header">Says which address a client has, since all of a test's have one.</param>
    public static Task<RunningNginx> StartBelieving(string header, IReadOnlyList<int> servers, params (string Name, string Value)[] settings)
        => Start(servers, tls: false, frame => frame.Replace("    include ", $"    set_real_ip_from 127.0.0.1;\n    real_ip_header {header};\n    include ", StringComparison.Ordinal), settings);

    static async Task<RunningNginx> Start(IReadOnlyList<int> servers, bool tls, Func<string, string> change, (string Name, string Value)[] settings)
    {
        var port = LoopbackPorts.Choose(new HashSet<int>());
        var folder = MakeFolder();
        var certificate = tls ? new ServerCertificate(folder.FullName) : null;
        Render(folder, port, servers, certificate, settings);
        var frame = Path.Combine(folder.FullName, "nginx.conf");
        await File.WriteAllTextAsync(frame, change(await File.ReadAllTextAsync(frame)));
        var nginx = new RunningNginx(folder, Process.Start(Command(folder))!, port, certificate);
        await nginx.WaitUntilItListens(port);
        return nginx;
    }

    /// <summary>What <c>nginx -t</c> says of the templates.</summary>
    public static async Task<(int ExitCode, string Output)> Check(bool tls)
    {
        var folder = MakeFolder();
        Render(folder, LoopbackPorts.Choose(new HashSet<int>()), [20_001, 20_002], tls ? new ServerCertificate(folder.FullName) : null, []);
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

    static DirectoryInfo MakeFolder()
    {
        var folder = Directory.CreateTempSubdirectory("bookrec-nginx-");
        // The workers are not root.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        return folder;
    }

    static void Render(DirectoryInfo folder, int port, IReadOnlyCollection<int> servers, ServerCertificate? certificate, (string Name, string Value)[] settings)
    {
        certificate?.Ensure(TimeProvider.System);
        var limits = SharedSettings.Read(File.ReadLines(Repository.PathOf("deploy", "nginx.env")), new Dictionary<string, string>());
        var values = new Dictionary<string, string>(limits.Concat(NginxTemplate.Listener($"127.0.0.1:{port}", certificate)).Concat(NginxTemplate.Servers(servers)))
        {
            ["BOOKREC_INSIDE"] = "allow 127.0.0.0/8;",
            ["BOOKREC_ACCESS_LOG"] = Path.Combine(folder.FullName, "access.log"),
            ["BOOKREC_NGINX_FOLDER"] = folder.FullName,
        };
        foreach (var (name, value) in settings)
            values[name] = value;
        foreach (var file in (string[])["nginx.conf", "bookrec.conf"])
            File.WriteAllText(Path.Combine(folder.FullName, file), NginxTemplate.Render(File.ReadAllText(Repository.PathOf("nginx", file + ".template")), values));
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
