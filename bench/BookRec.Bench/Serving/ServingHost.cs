using System.Diagnostics;
using BookRec.Cli;
using BookRec.Cli.Cluster.Parts;
using BookRec.Cli.Cluster.Processes;
using BookRec.Cli.Cluster.State;

namespace BookRec.Bench.Serving;

/// <summary>The servers of one run on free ports, their data in a temporary folder that goes with them.</summary>
sealed class ServingHost : IAsyncDisposable
{
    static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    /// <summary>More than anybody can ask for: what is measured is the service, not its budgets.</summary>
    const string NoLimit = "1000000";

    readonly ClusterContext context;
    readonly int passwordCost;
    readonly Stack<(LinuxProcess Process, Signal Stop)> started = [];

    ServingHost(int passwordCost)
    {
        this.passwordCost = passwordCost;
        var folder = new ClusterFolder(Path.Combine(Path.GetTempPath(), $"bookrec-serving-{Guid.NewGuid():N}"));
        folder.Create();
        context = new ClusterContext(folder, new ClusterState("serving", 0, 0, 0, [], []), ClusterSecrets.From(folder.SecretsFile), Installation.Find(), TimeProvider.System);
    }

    public int ServicePort => context.State.PortOf("service", "http");

    public int PlainPort => context.State.PortOf("plain", "http");

    /// <summary>NGINX with the service behind it.</summary>
    public int ProxiedServicePort => context.State.PortOf("nginx", "service");

    /// <summary>The same NGINX with the plain endpoint behind it.</summary>
    public int ProxiedPlainPort => context.State.PortOf("nginx", "plain");

    public string AdminPassword => File.ReadAllText(Path.Combine(context.Folder.Of("service"), "admin-password")).Trim();

    public Process Service { get; private set; } = null!;

    public Process Plain { get; private set; } = null!;

    /// <summary>PostgreSQL and the service with its co-hosted silo.</summary>
    /// <param name="passwordCost">Of bcrypt; the least that is possible where logins are not measured.</param>
    public static async Task<ServingHost> Start(CancellationToken cancellationToken, int passwordCost = 10)
    {
        var host = new ServingHost(passwordCost);
        try
        {
            await host.StartPostgres(cancellationToken);
            await host.StartService(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>The yardstick, and NGINX before both.</summary>
    public async Task StartPlain(byte[] body, CancellationToken cancellationToken)
    {
        var file = context.Folder.In("body.json");
        await File.WriteAllBytesAsync(file, body, cancellationToken);
        Plain = await Launch("plain", [Environment.ProcessPath!, .. Arguments("--port", $"{PlainPort}", "--body", file)], [], Signal.Terminate, PlainPort, cancellationToken);
        var folder = context.Folder.Of("nginx", shared: true);
        var configuration = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration, NginxConfiguration(folder), cancellationToken);
        await Launch("nginx", [Installation.Program("nginx", "nginx"), "-e", "stderr", "-p", folder, "-c", configuration], [], Signal.Quit, ProxiedPlainPort, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (process, stop) in started)
        {
            process.Send(stop);
            if (!await process.WaitForEnd(StopLimit, TimeProvider.System, CancellationToken.None))
                process.SendToAll(Signal.Kill);
        }

        Directory.Delete(context.Folder.Root, recursive: true);
    }

    async Task StartPostgres(CancellationToken cancellationToken)
    {
        var postgres = new Postgres(context);
        await postgres.Prepare(cancellationToken);
        var process = await postgres.Launch().Start(postgres.LogFile, cancellationToken);
        started.Push((process, postgres.StopSignal));
        await Until(async () => await postgres.Ailment(cancellationToken) is null, "PostgreSQL", postgres.LogFile, process);
        await postgres.Complete(cancellationToken);
    }

    async Task StartService(CancellationToken cancellationToken)
    {
        var budgets = new[] { "Login", "LoginFailures", "Reads", "Writes", "Admin", "Address" };
        var settings = new Dictionary<string, string>(budgets.SelectMany(b => new KeyValuePair<string, string>[]
        {
            new($"BookRec__RateLimits__{b}__PerMinute", NoLimit + "0"), new($"BookRec__RateLimits__{b}__Burst", NoLimit),
        }))
        {
            ["BookRec__Database__Engine"] = "PostgreSql",
            ["BookRec__Database__ConnectionString"] = new Postgres(context).ConnectionString().Replace("Pooling=False", "Pooling=True", StringComparison.OrdinalIgnoreCase),
            ["BookRec__Silo__Demo"] = "false",
            ["BookRec__Silo__PasswordCost"] = $"{passwordCost}",
            ["BookRec__Training__Factors"] = "64",
            ["BookRec__Training__SearchSeconds"] = "0",
        };
        var program = Path.Combine(context.Installation.Built("BookRec.WebApi"), "BookRec.WebApi.dll");
        Service = await Launch(
            "service", [Installation.Program("dotnet", "dotnet-sdk-10.0"), program, "--port", $"{ServicePort}", "--data", context.Folder.Of("service")], settings,
            Signal.Terminate, ServicePort, cancellationToken);
    }

    async Task<Process> Launch(
        string name, IReadOnlyList<string> command, Dictionary<string, string> settings, Signal stop, int port, CancellationToken cancellationToken)
    {
        var log = context.Folder.LogOf(name);
        var process = await new Launch(command[0], [.. command.Skip(1)], context.Folder.Of(name)) { Environment = settings }.Start(log, cancellationToken);
        started.Push((process, stop));
        var path = name == "service" ? "/api/ready" : "/";
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await Until(() => Answers(http, path, cancellationToken), name, log, process);
        return Process.GetProcessById(process.Pid);
    }

    static async Task<bool> Answers(HttpClient http, string path, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(path, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // Not there yet.
            return false;
        }
    }

    static async Task Until(Func<Task<bool>> isWell, string name, string log, LinuxProcess process)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await isWell())
        {
            if (!process.IsAlive || Stopwatch.GetElapsedTime(began) > StartLimit)
                throw new CliException($"{name} did not start", [.. await File.ReadAllLinesAsync(log)]);
            await Task.Delay(100);
        }
    }

    /// <summary>This program again as the yardstick.</summary>
    static string[] Arguments(params string[] options)
        => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [typeof(ServingHost).Assembly.Location, PlainServer.Name, .. options]
            : [PlainServer.Name, .. options];

    /// <summary>What `nginx/` has for speed (kept connections), without its limits and its log, before both.</summary>
    string NginxConfiguration(string folder) => $$"""
        daemon off;
        pid {{folder}}/nginx.pid;
        worker_processes auto;
        events { worker_connections 1024; }
        http {
            access_log off;
            client_body_temp_path {{folder}}/body;
            proxy_temp_path {{folder}}/proxy;
            fastcgi_temp_path {{folder}}/fastcgi;
            uwsgi_temp_path {{folder}}/uwsgi;
            scgi_temp_path {{folder}}/scgi;
            proxy_buffer_size 16k;
            proxy_buffers 8 16k;
            proxy_busy_buffers_size 32k;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            keepalive_requests 100000000;
            upstream service { server 127.0.0.1:{{ServicePort}}; keepalive 64; keepalive_requests 100000000; }
            upstream plain { server 127.0.0.1:{{PlainPort}}; keepalive 64; keepalive_requests 100000000; }
            server { listen 127.0.0.1:{{ProxiedServicePort}}; location / { proxy_pass http://service; } }
            server { listen 127.0.0.1:{{ProxiedPlainPort}}; location / { proxy_pass http://plain; } }
        }
        """;
}
