using System.Security.Cryptography;
using BookRec.Engine.Artifacts;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Interfaces.Models;
using BookRec.Storage.Blobs;
using BookRec.Storage.Catalogue;
using Microsoft.Extensions.Logging;

namespace BookRec.Grains.Models;

/// <summary>
/// One silo's models: the view that serves, the snapshot it came from, the one before, and the one being prepared. Readers take
/// <see cref="Live"/> once and never wait; changes are made one at a time and end in one reference swap.
/// </summary>
public sealed class ModelSlot(IBlobStore blobs, BookStore bookStore, ILogger<ModelSlot> log) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<long, Book> _catalogue = [];
    private readonly Dictionary<string, ModelSnapshot> _prepared = [];
    private volatile ServingView _live = ServingView.Empty;
    private long? _feedPosition;

    /// <summary>What serves now.</summary>
    public ServingView Live => _live;

    /// <summary>The version in use, or null before the first.</summary>
    public string? Version { get; private set; }

    /// <summary>Why this silo is not yet fit to serve; null once the catalogue is read and the committed model, if any, is in use.</summary>
    public string? NotReadyBecause { get; private set; } = "the catalogue and the model have not been loaded yet";

    /// <summary>Loads and checks a version beside the one in use.</summary>
    /// <exception cref="RejectedException">Unprocessable when the artifact is missing, truncated, corrupt or of the wrong shape.</exception>
    public async Task Prepare(ModelVersion version, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await Load(version, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Swaps to a version; the one it replaces stays in memory for a quick way back.</summary>
    public async Task Activate(ModelVersion version, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (Version == version.Version)
                return;
            var snapshot = await Load(version, cancellationToken);
            _live = ServingView.Of(snapshot, _catalogue.Values);
            foreach (var old in _prepared.Keys.Where(v => v != version.Version && v != Version).ToList())
                _prepared.Remove(old);
            log.LogInformation("Model {ModelVersion} is live, {Books} books, replacing {Replaced}", version.Version, _live.Count, Version ?? "none");
            Version = version.Version;
            BookRecMetrics.ActiveModel = version;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Reads what the catalogue feed has to tell since the last time; everything the first time.</summary>
    public async Task FollowCatalogue(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var news = await bookStore.Changes(_feedPosition, cancellationToken);
            Apply(news.Changes.Where(c => Marks(c.Book) != Marks(_catalogue.GetValueOrDefault(c.Id))).ToDictionary(c => c.Id, c => c.Book));
            _feedPosition = news.Next;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Reads one book again.</summary>
    public async Task RefreshBook(long bookId, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            Apply(new Dictionary<long, Book?> { [bookId] = await bookStore.Find(bookId, cancellationToken) });
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Told by the model host after each look at the registry.</summary>
    public void Settle(string? committedVersion)
        => NotReadyBecause = committedVersion == Version ? null : $"model {committedVersion} is committed but {Version ?? "none"} is in use";

    public void Dispose() => _gate.Dispose();

    /// <summary>What tells one state of a book from another: ratings move without an edit.</summary>
    private static (int?, long?, double?) Marks(Book? book) => (book?.Revision, book?.RatingsCount, book?.AverageRating);

    private void Apply(Dictionary<long, Book?> changes)
    {
        if (changes.Count == 0)
            return;
        foreach (var (id, book) in changes)
        {
            if (book is null)
                _catalogue.Remove(id);
            else
                _catalogue[id] = book;
        }

        _live = _live.With(changes);
    }

    private async Task<ModelSnapshot> Load(ModelVersion version, CancellationToken cancellationToken)
    {
        if (_prepared.TryGetValue(version.Version, out var known))
            return known;
        await using var blob = await blobs.Open(version.Artifact.Key, cancellationToken)
            ?? throw new RejectedException(RejectionKind.Unprocessable, $"The artifact {version.Artifact.Key} of model {version.Version} is missing.");
        var bytes = new byte[version.Artifact.Bytes];
        var read = await blob.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        if (read != bytes.Length || await blob.ReadAsync(new byte[1], cancellationToken) != 0)
            throw new RejectedException(RejectionKind.Unprocessable, $"The artifact {version.Artifact.Key} is not {bytes.Length} bytes long.");
        if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(bytes), Convert.FromHexString(version.Artifact.Sha256)))
            throw new RejectedException(RejectionKind.Unprocessable, $"The artifact {version.Artifact.Key} does not have the SHA-256 it was stored with.");
        try
        {
            var snapshot = await Task.Run(() => ModelArtifact.Read(new MemoryStream(bytes)), cancellationToken);
            if (snapshot.Version != version.Version)
                throw new RejectedException(RejectionKind.Unprocessable, $"The artifact {version.Artifact.Key} is of model {snapshot.Version}, not {version.Version}.");
            return _prepared[version.Version] = snapshot;
        }
        catch (InvalidArtifactException e)
        {
            throw new RejectedException(RejectionKind.Unprocessable, $"The artifact {version.Artifact.Key} is not valid: {e.Message}");
        }
    }
}
