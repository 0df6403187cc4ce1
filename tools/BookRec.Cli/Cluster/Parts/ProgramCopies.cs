using System.Globalization;

namespace BookRec.Cli.Cluster.Parts;

/// <summary>Copies of our built programs in the data folder, one for each build that was ever started there.</summary>
static class ProgramCopies
{
    /// <returns>The folder with the copy of the newest build.</returns>
    public static string Copy(ClusterContext context, string project)
    {
        var source = context.Installation.Built(project);
        var built = new DirectoryInfo(source).EnumerateFiles("*.dll").Max(file => file.LastWriteTimeUtc);
        var target = Path.Combine(context.Folder.Programs, $"{Path.GetFileName(project)}-{built.ToString("yyyyMMdd-HHmmssfff", CultureInfo.InvariantCulture)}");
        if (Directory.Exists(target))
            return target;
        // Under another name until it is complete.
        var draft = target + ".new";
        if (Directory.Exists(draft))
            Directory.Delete(draft, recursive: true);
        CopyFolder(new DirectoryInfo(source), draft);
        Directory.Move(draft, target);
        return target;
    }

    /// <summary>Forgets the builds that nothing runs from.</summary>
    /// <param name="inUse">Whether a process of the cluster runs.</param>
    public static void Clean(ClusterContext context, bool inUse)
    {
        if (!inUse && Directory.Exists(context.Folder.Programs))
            Directory.Delete(context.Folder.Programs, recursive: true);
    }

    static void CopyFolder(DirectoryInfo source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in source.EnumerateFiles())
            file.CopyTo(Path.Combine(target, file.Name));
        foreach (var folder in source.EnumerateDirectories())
            CopyFolder(folder, Path.Combine(target, folder.Name));
    }
}
