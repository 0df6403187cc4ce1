namespace BookRec.Cli.Cluster.State;

/// <summary>Where this program's repository is, and what was built beside it.</summary>
sealed class Installation
{
    const string S3RverVersion = "3.7.1";

    readonly string configuration;
    readonly string framework;

    Installation(string root, string configuration, string framework)
    {
        Root = root;
        this.configuration = configuration;
        this.framework = framework;
    }

    public string Root { get; }

    public static Installation Find()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        for (var folder = here; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "BookRec.sln")))
                return new Installation(folder.FullName, here.Parent!.Name, here.Name);
        }

        throw new CliException("cluster works in BookRec's repository only: it starts what was built there");
    }

    public string PathOf(params ReadOnlySpan<string> path) => Path.Combine([Root, .. path]);

    /// <summary>The folder of a program of ours, as built together with this one.</summary>
    public string Built(string project)
    {
        var folder = Path.Combine(Root, project, "bin", configuration, framework);
        return File.Exists(Path.Combine(folder, Path.GetFileName(project) + ".dll"))
            ? folder
            : throw new CliException($"{project} is not built", [$"dotnet build {project} --configuration {configuration}"]);
    }

    /// <summary>A program of the PATH or of the folders where distributions keep servers.</summary>
    public static string Program(string name, string package)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/usr/local/sbin").Concat(PostgresFolders());
        return folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new CliException($"{name} is missing", [$"Debian and Ubuntu have it in the package '{package}'."]);
    }

    /// <summary>The start script of s3rver, which <c>./bookrec</c> installs.</summary>
    public static string S3Rver()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } given
            ? given
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var folder = Path.Combine(cache, "bookrec", $"s3rver-{S3RverVersion}");
        var script = Path.Combine(folder, "node_modules", "s3rver", "bin", "s3rver.js");
        return File.Exists(script) ? script : throw new CliException($"s3rver is missing in {folder}", [$"npm install --prefix {folder} s3rver@{S3RverVersion}"]);
    }

    static IEnumerable<string> PostgresFolders()
    {
        const string debian = "/usr/lib/postgresql";
        return Directory.Exists(debian)
            ? Directory.GetDirectories(debian).OrderByDescending(d => d, StringComparer.Ordinal).Select(d => Path.Combine(d, "bin"))
            : [];
    }
}
