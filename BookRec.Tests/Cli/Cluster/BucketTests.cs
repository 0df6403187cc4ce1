using BookRec.Cli.Cluster.Backups;

namespace BookRec.Tests.Cli.Cluster;

public sealed class BucketTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Models_are_copied_and_what_is_deleted_meanwhile_is_left_out()
    {
        var (source, target) = (Path.Combine(folder.Path, "bucket"), Path.Combine(folder.Path, "backup"));
        Add("models/1/model.bin", "one");
        Add("models/2/model.bin", "two");
        Add("runs/7/0001-users/3", "a training's");

        // Listed, and not there any more when it is opened.
        File.CreateSymbolicLink(Path.Combine(source, "models", "1", "manifest.json"), Path.Combine(folder.Path, "gone"));

        Bucket.CopyModels(source, target);

        Assert.Equal(
            ["models/1/model.bin", "models/2/model.bin"],
            Directory.GetFiles(target, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(target, file)).Order());
        Assert.Equal("two", File.ReadAllText(Path.Combine(target, "models", "2", "model.bin")));

        void Add(string key, string content)
        {
            var path = Path.Combine(source, key);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, content);
        }
    }

    [Fact]
    public void A_bucket_without_models_is_copied_too()
    {
        Bucket.CopyModels(folder.Path, Path.Combine(folder.Path, "backup"));
        Assert.Empty(Directory.GetFiles(Path.Combine(folder.Path, "backup"), "*", SearchOption.AllDirectories));
    }
}
