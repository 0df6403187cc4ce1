namespace BookRec.Cli.Cluster.State;

/// <summary>Files with secrets: mode 0600 from their first byte on.</summary>
static class PrivateFile
{
    public static void Write(string path, string text)
    {
        var draft = path + ".new";
        File.Delete(draft);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(draft, options))
            writer.Write(text);
        File.Move(draft, path, overwrite: true);
    }
}
