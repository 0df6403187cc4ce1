using System.Text;
using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Models;
using BookRec.Grains.Options;
using BookRec.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BookRec.Tests.Grains;

public sealed class ModelRetentionTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bookrec-retention-");
    private readonly FileBlobStore _blobs;

    public ModelRetentionTests() => _blobs = new FileBlobStore(_folder.FullName);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_active_and_the_previous_version_are_kept_however_old_and_the_newest_of_the_others()
    {
        var state = State("1", "2", (1, ModelFate.Active), (2, ModelFate.Retired), (3, ModelFate.Retired), (4, ModelFate.Rejected), (5, ModelFate.Retired), (6, ModelFate.Candidate));
        Assert.Equal(["3", "4"], Pruned(Retention(keep: 1).Prune(state)));
        Assert.Equal(["3", "4", "5"], Pruned(Retention(keep: 0).Prune(state)));
        Assert.Empty(Pruned(Retention(keep: 3).Prune(state)));
    }

    [Fact]
    public void Of_pruned_versions_the_newest_records_are_kept()
    {
        // In the order of the text, as real versions are in that of time.
        var versions = Enumerable.Range(1000, ModelRetention.KeptRecords + 10).Select(i => (i, ModelFate.Pruned));
        var state = State("1", "2", [(1, ModelFate.Active), (2, ModelFate.Retired), (2000, ModelFate.Rejected), .. versions]);

        var kept = Retention(keep: 0).Prune(state);

        Assert.Equal("2000", Pruned(kept).Last());
        Assert.Equal("1011", Pruned(kept).First());
        Assert.Equal(ModelRetention.KeptRecords, Pruned(kept).Count());
        Assert.Equal(["1", "2"], kept.Versions.Where(v => v.Fate != ModelFate.Pruned).Select(v => v.Version).Order());
    }

    [Fact]
    public async Task Artifacts_of_pruned_versions_and_of_killed_runs_are_deleted_and_nothing_else()
    {
        foreach (var version in (string[])["0", "1", "2", "3", "4"])
            foreach (var name in (string[])["model.bin", "manifest.json"])
                await Put($"models/{version}/{name}");
        await Put("runs/3/slice");

        // 0 is older than all that is known; 3 was stored by a run that was killed before the registry heard of it.
        await Retention(keep: 0).Sweep(State("4", null, (1, ModelFate.Pruned), (2, ModelFate.Candidate), (4, ModelFate.Active)));

        Assert.Equal(["0", "2", "4"], await Kept());
        Assert.NotNull(await _blobs.Open("runs/3/slice"));
    }

    [Fact]
    public async Task A_registry_that_knows_nothing_deletes_nothing()
    {
        await Put("models/1/model.bin");
        await Retention(keep: 0).Sweep(new RegistryState());
        Assert.Equal(["1"], await Kept());
    }

    private ModelRetention Retention(int keep) => new(_blobs, Options.Create(new ModelOptions { KeepArtifacts = keep }), NullLogger<ModelRetention>.Instance);

    private Task Put(string key) => _blobs.Put(key, new MemoryStream(Encoding.UTF8.GetBytes(key)));

    private async Task<List<string>> Kept()
    {
        var versions = new List<string>();
        await foreach (var key in _blobs.List("models/"))
            versions.Add(key.Split('/')[1]);
        return [.. versions.Distinct()];
    }

    private static IEnumerable<string> Pruned(RegistryState state) => state.Versions.Where(v => v.Fate == ModelFate.Pruned).Select(v => v.Version).Order();

    private static RegistryState State(string active, string? previous, params (int Version, ModelFate Fate)[] versions) => new()
    {
        Active = active,
        Previous = previous,
        Versions = [.. versions.Reverse().Select(v => new ModelVersion(
            $"{v.Version}", DateTimeOffset.UnixEpoch, Guid.Empty, v.Fate, null, new ArtifactReference($"models/{v.Version}/model.bin", "00", 1), 0, 0,
            new Dictionary<string, string>(), new Evaluation(0, new Dictionary<string, Metric>(), 0, 0), new Dictionary<string, Evaluation>()))],
    };
}
