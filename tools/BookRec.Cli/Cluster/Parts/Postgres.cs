using BookRec.Cli.Cluster.Processes;
using BookRec.Cli.Cluster.State;
using Npgsql;

namespace BookRec.Cli.Cluster.Parts;

/// <summary>PostgreSQL with the database <c>bookrec</c>, password logins only.</summary>
sealed class Postgres(ClusterContext context) : Part(context, "postgres", "database")
{
    const string User = "bookrec";
    const string Database = "bookrec";

    /// <summary>PostgreSQL refuses to run as root; the package makes this user for it.</summary>
    const string SystemUser = "postgres";

    public override IReadOnlyList<string> PortUses => ["sql"];

    /// <summary>The fast shutdown: sessions are ended, the data files left clean.</summary>
    public override Signal StopSignal => Signal.Interrupt;

    public override TimeSpan StopLimit => TimeSpan.FromSeconds(60);

    string Data => Path.Combine(Context.Folder.Of(Name, shared: true), "data");

    public string ConnectionString(string database = Database) => new NpgsqlConnectionStringBuilder
    {
        Host = ClusterContext.Loopback,
        Port = Port("sql"),
        Username = User,
        Password = Context.Secrets.PostgresPassword,
        Database = database,
        Pooling = false,
        Timeout = 3,
    }.ConnectionString;

    /// <summary>What PostgreSQL's own programs need to reach the database.</summary>
    public IReadOnlyList<string> ClientOptions => [$"--host={ClusterContext.Loopback}", $"--port={Port("sql")}", $"--username={User}", $"--dbname={Database}"];

    /// <summary>The password, which has no place among arguments that everybody on the machine can see.</summary>
    public IReadOnlyDictionary<string, string> ClientEnvironment => new Dictionary<string, string> { ["PGPASSWORD"] = Context.Secrets.PostgresPassword };

    public override async Task Prepare(CancellationToken cancellationToken)
    {
        if (File.Exists(Path.Combine(Data, "PG_VERSION")))
            return;
        EnsureReachable();
        var folder = Path.GetDirectoryName(Data)!;
        var passwordFile = Path.Combine(folder, "password");
        PrivateFile.Write(passwordFile, Context.Secrets.PostgresPassword);
        // A first start that was interrupted leaves half a data directory behind.
        if (Directory.Exists(Data))
            Directory.Delete(Data, recursive: true);
        if (Environment.IsPrivilegedProcess)
            await new Launch("chown", ["-R", $"{SystemUser}:", folder], folder).RunToEnd(cancellationToken);
        await new Launch(
            Installation.Program("initdb", "postgresql"),
            ["-D", Data, "-U", User, $"--pwfile={passwordFile}", "--auth=scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8"],
            folder,
            SystemUser).RunToEnd(cancellationToken);
        File.Delete(passwordFile);
    }

    public override Launch Launch() => new(
        Installation.Program("postgres", "postgresql"),
        [
            "-D", Data, "-p", $"{Port("sql")}", "-c", $"listen_addresses={ClusterContext.Loopback}", "-c", "unix_socket_directories=",
            "-c", "max_connections=300",
        ],
        Path.GetDirectoryName(Data)!,
        SystemUser);

    public override Task<string?> Ailment(CancellationToken cancellationToken) => Probe.Ask(
        async token =>
        {
            await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
            await connection.OpenAsync(token);
            return null;
        },
        cancellationToken);

    public override async Task Complete(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync(cancellationToken);
        await using var create = new NpgsqlCommand($"CREATE DATABASE {Database}", connection);
        try
        {
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DuplicateDatabase)
        {
            // It is there since the first start.
        }
    }

    /// <summary>Says which folder keeps the server's user out, which the server itself would tell in a riddle.</summary>
    void EnsureReachable()
    {
        if (!Environment.IsPrivilegedProcess || OperatingSystem.IsWindows())
            return;
        for (var folder = new DirectoryInfo(Context.Folder.Root); folder is not null; folder = folder.Parent)
        {
            if (!folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
            {
                throw new CliException(
                    $"PostgreSQL runs as the user {SystemUser}, who may not enter {folder.FullName}",
                    ["--data takes a folder below one that everybody may enter, such as /var/lib/bookrec."]);
            }
        }
    }
}
