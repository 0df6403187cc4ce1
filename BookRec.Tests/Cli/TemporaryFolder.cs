namespace BookRec.Tests.Cli;

/// <summary>A folder of its own for a test, gone afterwards.</summary>
sealed class TemporaryFolder : IDisposable
{
    public DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("bookrec-cli-");

    public string Path => Folder.FullName;

    public string Add(string name, byte[] bytes)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string Add(string name, string text) => Add(name, System.Text.Encoding.UTF8.GetBytes(text));

    public DirectoryInfo Subfolder(string name) => Folder.CreateSubdirectory(name);

    public void Dispose() => Folder.Delete(recursive: true);
}
