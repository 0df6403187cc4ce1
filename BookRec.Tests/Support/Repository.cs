namespace BookRec.Tests.Support;

/// <summary>The repository these tests were built in.</summary>
static class Repository
{
    public static string Root { get; } = Find();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "BookRec.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
