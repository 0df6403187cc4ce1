namespace BookRec.Tests.Support;

/// <summary>Programs from npm that configuration files are checked with; <c>./bookrec test</c> installs them.</summary>
static class Checkers
{
    public static string Folder { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } given ? given : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "bookrec",
        "checkers-1");

    public static string PathOf(params string[] parts)
    {
        var path = Path.Combine([Folder, "node_modules", .. parts]);
        return Path.Exists(path) ? path : throw new InvalidOperationException($"These tests need {path}. `./bookrec test` installs it.");
    }

    /// <summary>Runs a script of BookRec.Tests/Support that may require what is installed there; returns what it wrote.</summary>
    public static Task<string> Node(string script, params string[] arguments)
    {
        PathOf("ajv");
        var start = new System.Diagnostics.ProcessStartInfo("node", [Repository.PathOf("BookRec.Tests", "Support", script), .. arguments]);
        start.Environment["NODE_PATH"] = Path.Combine(Folder, "node_modules");
        return Tool.Run(start);
    }
}
