namespace BookRec.Cli.Cluster.State;

/// <summary>Where a cluster keeps everything it has: one folder.</summary>
/// <param name="Root">An absolute path.</param>
public sealed record ClusterFolder(string Root)
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Everybody may pass through to what is theirs (PostgreSQL and NGINX do not run as root), and nobody may look around.</summary>
    const UnixFileMode PassThrough = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public string StateFile => In("cluster.json");

    public string SecretsFile => In("secrets.json");

    public string AdminPasswordFile => In("admin-password");

    public string Programs => In("programs");

    public ServerCertificate Certificate => new(In("tls"));

    public string In(params ReadOnlySpan<string> path) => Path.Combine([Root, .. path]);

    public string LogOf(string process) => In("logs", process + ".log");

    /// <summary>The folder of one process, made if need be.</summary>
    /// <param name="shared">Whether the user it runs as is another one than ours.</param>
    public string Of(string process, bool shared = false) => Make(In(process), shared ? PassThrough : OwnerOnly);

    public void Create()
    {
        Make(Root, PassThrough);
        Make(In("logs"), OwnerOnly);
    }

    /// <summary>Keeps other commands off the folder until disposed.</summary>
    /// <exception cref="CliException">Another command is at work there.</exception>
    public IDisposable Lock()
    {
        try
        {
            return new FileStream(In("lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(In("lock")))
        {
            throw new CliException($"another cluster command is at work in {Root}", inner: e);
        }
    }

    static string Make(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
            return Directory.CreateDirectory(path).FullName;
        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path, mode);
            // Past the umask.
            File.SetUnixFileMode(path, mode);
        }

        return path;
    }
}
