using System.Diagnostics;
using System.Runtime.InteropServices;
using Npgsql;

namespace BookRec.Tests.Support;

/// <summary>
/// A real PostgreSQL of the installed version on a free loopback port, with its data in a temporary folder and fsync on. One per test
/// assembly: <c>[assembly: AssemblyFixture(typeof(TestPostgres))]</c>; each test class makes its own database in it.
/// </summary>
public sealed class TestPostgres : IAsyncLifetime
{
    private const string Guarded = "guarded";

    private static readonly TimeSpan s_startDeadline = TimeSpan.FromSeconds(60);

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "bookrec-postgres-" + Guid.NewGuid().ToString("N"));

    private Process? _server;
    private int _databases;

    public int Port { get; private set; }

    public async ValueTask InitializeAsync()
    {
        var binaries = FindBinaries();
        Port = ServerProcess.FreePort();
        Directory.CreateDirectory(_folder);

        // The server refuses to run as root.
        if (IsRoot) await Run("chown", "postgres", _folder);
        await Run(AsServer(Path.Combine(binaries, "initdb"), "-D", Path.Combine(_folder, "data"), "-U", "bookrec", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"));
        await AskForPasswords();
        var start = AsServer(
            Path.Combine(binaries, "postgres"), "-D", Path.Combine(_folder, "data"), "-p", $"{Port}", "-k", _folder, "-c", "listen_addresses=127.0.0.1",
            "-c", "max_connections=200");
        _server = Process.Start(start) ?? throw new InvalidOperationException("PostgreSQL did not start.");
        _server.OutputDataReceived += (_, _) => { };
        _server.ErrorDataReceived += (_, _) => { };
        _server.BeginOutputReadLine();
        _server.BeginErrorReadLine();
        await WaitUntilItAnswers();
        await Execute($"CREATE ROLE {Guarded} NOLOGIN");
    }

    /// <summary>Makes an empty database, or a copy of another that nobody is connected to, and returns the connection string to it.</summary>
    public async Task<string> CreateDatabase(string template = "template1")
    {
        var name = $"bookrec_{Interlocked.Increment(ref _databases)}";
        await Execute($"CREATE DATABASE {name} TEMPLATE {template}");
        return ConnectionStringOf(name);
    }

    /// <summary>Makes a role that logs in with a password, and a database of its own; returns the connection string without the password.</summary>
    public async Task<string> CreateGuardedDatabase(string password)
    {
        var database = new NpgsqlConnectionStringBuilder(await CreateDatabase());
        database.Username = $"owner_of_{database.Database}";
        await Execute($"CREATE ROLE {database.Username} LOGIN PASSWORD '{password}' IN ROLE {Guarded}", $"ALTER DATABASE {database.Database} OWNER TO {database.Username}");
        return database.ConnectionString;
    }

    public Task ChangePassword(string connectionString, string password)
        => Execute($"ALTER ROLE {new NpgsqlConnectionStringBuilder(connectionString).Username} PASSWORD '{password}'");

    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            // SIGINT is the server's fast shutdown; runuser passes signals on.
            if (!server.HasExited) await Run("kill", "-INT", $"{ServerId()}");
            await server.WaitForExitAsync();
            server.Dispose();
        }

        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private async Task Execute(params string[] statements)
    {
        await using var connection = new NpgsqlConnection(ConnectionStringOf("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        foreach (var statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Of members of one role; everybody else is trusted.</summary>
    private async Task AskForPasswords()
    {
        var path = Path.Combine(_folder, "data", "pg_hba.conf");
        await File.WriteAllTextAsync(path, $"host all +{Guarded} 127.0.0.1/32 scram-sha-256\n{await File.ReadAllTextAsync(path)}");
    }

    private static bool IsRoot => !OperatingSystem.IsWindows() && geteuid() == 0;

    [DllImport("libc")]
    private static extern uint geteuid();

    private static string FindBinaries()
    {
        const string debian = "/usr/lib/postgresql";
        var folders = Directory.Exists(debian)
            ? Directory.GetDirectories(debian).OrderByDescending(d => d, StringComparer.Ordinal).Select(d => Path.Combine(d, "bin"))
            : [];
        var all = folders.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator));
        return all.FirstOrDefault(f => File.Exists(Path.Combine(f, "initdb")) && File.Exists(Path.Combine(f, "postgres")))
            ?? throw new InvalidOperationException("These tests need PostgreSQL's server binaries (Debian: postgresql).");
    }

    private static ProcessStartInfo AsServer(string program, params string[] arguments)
        => IsRoot ? Command("runuser", ["-u", "postgres", "--", program, .. arguments]) : Command(program, arguments);

    private static ProcessStartInfo Command(string program, params string[] arguments)
        => new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };

    private static Task Run(string program, params string[] arguments) => Run(Command(program, arguments));

    private static async Task Run(ProcessStartInfo start)
    {
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)}: {error}");
    }

    private string ConnectionStringOf(string database) => $"Host=127.0.0.1;Port={Port};Username=bookrec;Database={database}";

    private int ServerId() => int.Parse(File.ReadLines(Path.Combine(_folder, "data", "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture);

    private async Task WaitUntilItAnswers()
    {
        var deadline = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionStringOf("postgres") + ";Pooling=false");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (deadline.Elapsed < s_startDeadline && _server is { HasExited: false })
            {
                await Task.Delay(50);
            }
        }
    }
}
