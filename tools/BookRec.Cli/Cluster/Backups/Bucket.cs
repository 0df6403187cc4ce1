namespace BookRec.Cli.Cluster.Backups;

/// <summary>The models in a folder that s3rver makes of a bucket. What a training under way keeps beside them is of no use to another cluster.</summary>
static class Bucket
{
    const string Models = "models";

    /// <summary>Copies them while the cluster works with them.</summary>
    public static void CopyModels(string source, string target) => Copy(Path.Combine(source, Models), Path.Combine(target, Models));

    static void Copy(string source, string target)
    {
        Directory.CreateDirectory(target);
        try
        {
            foreach (var file in Directory.EnumerateFiles(source))
                CopyFile(file, Path.Combine(target, Path.GetFileName(file)));
            foreach (var folder in Directory.EnumerateDirectories(source))
                Copy(folder, Path.Combine(target, Path.GetFileName(folder)));
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing was stored yet, or as below.
        }
    }

    static void CopyFile(string source, string target)
    {
        try
        {
            File.Copy(source, target);
        }
        catch (FileNotFoundException)
        {
            // Deleted since it was listed: the cluster's retention let go of this version, which was then neither the active nor the previous one.
        }
    }
}
