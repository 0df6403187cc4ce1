using System.Collections.Concurrent;
using System.Security.Cryptography;
using BookRec.Engine.Artifacts;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Models;
using BookRec.Storage.Blobs;
using BookRec.Storage.Databases;
using BookRec.Tests.Engine;
using BookRec.Tests.Storage;
using BookRec.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace BookRec.Tests.Grains;

/// <summary>How a silo comes by its models.</summary>
public sealed class ModelLoadingTests(TestPostgres postgres) : StoreTests(DatabaseEngine.Sqlite, postgres)
{
    private static readonly TimeSpan Patience = RunningApp.Patience;

    private readonly HeldBlobs _blobs = new();

    private ModelSlot NewSlot() => new(_blobs, Books, NullLogger<ModelSlot>.Instance);

    [Fact]
    public async Task While_a_model_is_loaded_the_catalogue_goes_on()
    {
        using var slot = NewSlot();
        var first = _blobs.Add("v1");
        var second = _blobs.Add("v2");
        await slot.Activate(first, Stop);
        _blobs.Hold(second);
        var preparing = slot.Prepare(second, Stop);

        var pushed = await AddBook("Pushed");
        await slot.RefreshBook(pushed.Id, Stop).WaitAsync(Patience, Stop);
        Assert.Equal("Pushed", slot.Live.Find(pushed.Id)?.Title);
        var polled = await AddBook("Polled");
        await slot.FollowCatalogue(Stop).WaitAsync(Patience, Stop);
        Assert.Equal("Polled", slot.Live.Find(polled.Id)?.Title);

        Assert.False(preparing.IsCompleted);
        _blobs.Release(second);
        await preparing.WaitAsync(Patience, Stop);
        await slot.Activate(second, Stop);
        Assert.Equal(("v2", "v2"), (slot.Version, slot.Live.Model.Version));
        Assert.Equal(["Pushed", "Polled"], [slot.Live.Find(pushed.Id)?.Title, slot.Live.Find(polled.Id)?.Title]);
    }

    [Fact]
    public async Task Who_want_the_same_model_share_one_load_that_none_of_them_ends()
    {
        using var slot = NewSlot();
        var model = _blobs.Add("v1");
        _blobs.Hold(model);
        using var impatient = new CancellationTokenSource();
        var given = slot.Prepare(model, impatient.Token);
        var preparing = slot.Prepare(model, Stop);
        var activating = slot.Activate(model, Stop);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given.WaitAsync(Patience, Stop));
        _blobs.Release(model);
        await Task.WhenAll(preparing, activating).WaitAsync(Patience, Stop);

        Assert.Equal("v1", slot.Version);
        Assert.Equal(1, _blobs.Opened(model));
    }

    [Fact]
    public async Task A_load_that_failed_is_tried_again()
    {
        using var slot = NewSlot();
        var model = _blobs.Add("v1");
        var bytes = _blobs.Replace(model, [1, 2, 3]);

        var refused = await Assert.ThrowsAsync<RejectedException>(() => slot.Prepare(model, Stop));
        _blobs.Replace(model, bytes);
        await slot.Activate(model, Stop);

        Assert.Equal(RejectionKind.Unprocessable, refused.Kind);
        Assert.Equal("v1", slot.Version);
    }

    [Fact]
    public async Task Of_models_that_load_at_once_the_one_asked_for_last_serves()
    {
        using var slot = NewSlot();
        var (earlier, later) = (_blobs.Add("v1"), _blobs.Add("v2"));
        _blobs.Hold(earlier);
        var slow = slot.Activate(earlier, Stop);

        await slot.Activate(later, Stop);
        _blobs.Release(earlier);
        await slow.WaitAsync(Patience, Stop);

        Assert.Equal(("v2", "v2"), (slot.Version, slot.Live.Model.Version));
    }

    [Fact]
    public async Task Kept_are_the_live_model_the_one_before_and_the_one_prepared_last()
    {
        using var slot = NewSlot();
        var versions = Enumerable.Range(1, 5).Select(i => _blobs.Add($"v{i}")).ToList();
        foreach (var version in versions[..3])
            await slot.Activate(version, Stop);

        // None of these comes into use, as when another silo cannot load them.
        foreach (var rejected in (int[])[3, 4, 3])
            await slot.Prepare(versions[rejected], Stop);
        foreach (var kept in (int[])[1, 2])
            await slot.Activate(versions[kept], Stop);
        await slot.Prepare(versions[0], Stop);

        Assert.Equal([2, 1, 1, 2, 1], versions.Select(_blobs.Opened));
    }

    /// <summary>Blobs in memory that count who opens them, and make openers wait when told to.</summary>
    private sealed class HeldBlobs : IBlobStore
    {
        private readonly ConcurrentDictionary<string, byte[]> _blobs = [];
        private readonly ConcurrentDictionary<string, TaskCompletionSource> _held = [];
        private readonly ConcurrentDictionary<string, int> _opened = [];

        public ModelVersion Add(string version)
        {
            using var artifact = new MemoryStream();
            ModelArtifact.Write(Samples.Model(version: version).Model, artifact);
            var (key, bytes) = ($"models/{version}", artifact.ToArray());
            _blobs[key] = bytes;
            return new ModelVersion(
                version, default, default, ModelFate.Candidate, null, new ArtifactReference(key, Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length),
                0, 0, new Dictionary<string, string>(), new Evaluation(0, new Dictionary<string, Metric>(), 0, 0), new Dictionary<string, Evaluation>());
        }

        /// <returns>What was there.</returns>
        public byte[] Replace(ModelVersion version, byte[] bytes)
        {
            var before = _blobs[version.Artifact.Key];
            _blobs[version.Artifact.Key] = bytes;
            return before;
        }

        public void Hold(ModelVersion version) => _held[version.Artifact.Key] = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release(ModelVersion version) => _held[version.Artifact.Key].SetResult();

        public int Opened(ModelVersion version) => _opened.GetValueOrDefault(version.Artifact.Key);

        public async Task<Stream?> Open(string key, CancellationToken cancellationToken = default)
        {
            _opened.AddOrUpdate(key, 1, (_, count) => count + 1);
            if (_held.TryGetValue(key, out var held))
                await held.Task.WaitAsync(cancellationToken);
            return new MemoryStream(_blobs[key]);
        }

        public Task Put(string key, Stream content, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task Delete(string key, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IAsyncEnumerable<string> List(string prefix, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
