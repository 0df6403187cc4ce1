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

    RunningNginx(DirectoryInfo folder, Process process, int port, int statusPort, ServerCertificate? certificate)
    {
        this.folder = folder;
        this.process = process;
        Status = new Uri($"http://127.0.0.1:{statusPort}/");
        Certificate = certificate;
        Address = new Uri($"{(certificate is null ? "http" : "https")}://127.0.0.1:{port}");
        Client = new HttpClient(Trust.Handler(Address, certificate?.File)) { BaseAddress = Address, Timeout = Patience };
    }

    /// <summary>Null for plain HTTP.</summary>
    public ServerCertificate? Certificate { get; }

    public Uri Address { get; }

    /// <summary>Where its own numbers are.</summary>
    public Uri Status { get; }

    public HttpClient Client { get; }

    public string AccessLogFile => Path.Combine(folder.FullName, "access.log");

    /// <summary>The access log once it has a line: NGINX writes it after the client has its answer.</summary>
    public async Task<IReadOnlyList<string>> AccessLog()
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience; await Task.Delay(20))
            if (File.Exists(AccessLogFile) && await File.ReadAllLinesAsync(AccessLogFile) is { Length: > 0 } lines)
                return lines;
        return [];
    }

    public static Task<RunningNginx> Start(params TinyServer[] servers) => Start([.. servers.Select(s => s.Port)]);

    /// <param name="servers">Ports of the web APIs.</param>
    /// <param name="settings">Beside or instead of those that <c>cluster up</c> gives.</param>
    public static Task<RunningNginx> Start(IReadOnlyList<int> servers, bool tls = false, params (string Name, string Value)[] settings)
        => Start(servers, tls, _ => { }, settings);

    /// <param name="header">Says which address a client has, since all of a test's have one.</param>
    public static Task<RunningNginx> StartBelieving(string header, IReadOnlyList<int> servers, params (string Name, string Value)[] settings)
        => Start(
            servers,
            tls: false,
            folder =>
            {
                var frame = Path.Combine(folder, "nginx.conf");
                File.WriteAllText(frame, File.ReadAllText(frame).Replace("    include ", $"    set_real_ip_from 127.0.0.1;\n    real_ip_header {header};\n    include ", StringComparison.Ordinal));
            },
            settings);

    /// <summary>As in a container, where every file of a folder is included, the image's own server for localhost among them.</summary>
    /// <param name="name">Of the file that the template becomes; it replaces one of that name.</param>
    public static Task<RunningNginx> StartBesideItsDefault(string name, IReadOnlyList<int> servers)
        => Start(
            servers,
            tls: false,
            folder =>
            {
                var ours = Path.Combine(folder, "bookrec.conf");
                var text = File.ReadAllText(ours);
                var listen = text.Split('\n').First(line => line.TrimStart().StartsWith("listen ", StringComparison.Ordinal));
                var included = Directory.CreateDirectory(Path.Combine(folder, "conf.d")).FullName;
                File.WriteAllText(Path.Combine(included, "default.conf"), $"server {{ {listen} server_name localhost; return 200 'Welcome to nginx!'; }}");
                File.WriteAllText(Path.Combine(included, name), text);
                File.WriteAllText(ours, $"include {included}/*.conf;");
            },
            []);

    static async Task<RunningNginx> Start(IReadOnlyList<int> servers, bool tls, Action<string> change, (string Name, string Value)[] settings)
    {
        var port = LoopbackPorts.Choose(new HashSet<int>());
        var statusPort = LoopbackPorts.Choose(new HashSet<int> { port });
        var folder = MakeFolder();
        var certificate = tls ? new ServerCertificate(folder.FullName) : null;
        Render(folder, port, statusPort, servers, certificate, settings);
        change(folder.FullName);
        var nginx = new RunningNginx(folder, Process.Start(Command(folder))!, port, statusPort, certificate);
        await nginx.WaitUntilItListens(port);
        return nginx;
    }

    /// <summary>What <c>nginx -t</c> says of the templates.</summary>
    public static async Task<(int ExitCode, string Output)> Check(bool tls)
    {
        var folder = MakeFolder();
        var port = LoopbackPorts.Choose(new HashSet<int>());
        Render(folder, port, LoopbackPorts.Choose(new HashSet<int> { port }), [20_001, 20_002], tls ? new ServerCertificate(folder.FullName) : null, []);
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

    static void Render(DirectoryInfo folder, int port, int statusPort, IReadOnlyCollection<int> servers, ServerCertificate? certificate, (string Name, string Value)[] settings)
    {
        certificate?.Ensure(TimeProvider.System);
        var limits = SharedSettings.Read(File.ReadLines(Repository.PathOf("deploy", "nginx.env")), new Dictionary<string, string>());
        var values = new Dictionary<string, string>(limits.Concat(NginxTemplate.Listener($"127.0.0.1:{port}", certificate)).Concat(NginxTemplate.Servers(servers)))
        {
            ["BOOKREC_STATUS_LISTEN"] = $"127.0.0.1:{statusPort}",
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
