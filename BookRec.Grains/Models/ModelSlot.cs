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
/// <see cref="Live"/> once and never wait; changes are made one at a time and end in one reference swap. Loading a model, which may take a
/// minute, holds up neither readers nor changes.
/// </summary>
public sealed class ModelSlot(IBlobStore blobs, BookStore bookStore, ILogger<ModelSlot> log) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<long, Book> _catalogue = [];
    private readonly SnapshotLoads _snapshots = new(blobs);
    private volatile ServingView _live = ServingView.Empty;
    private long? _feedPosition;
    private string? _previous;
    private string? _wanted;

    /// <summary>What serves now.</summary>
    public ServingView Live => _live;

    /// <summary>The version in use, or null before the first.</summary>
    public string? Version { get; private set; }

    /// <summary>Why this silo is not yet fit to serve; null once the catalogue is read and the committed model, if any, is in use.</summary>
    public string? NotReadyBecause { get; private set; } = "the catalogue and the model have not been loaded yet";

    /// <summary>Loads and checks a version beside the one in use. One prepared before it that never came into use is dropped.</summary>
    /// <exception cref="RejectedException">Unprocessable when the artifact is missing, truncated, corrupt or of the wrong shape.</exception>
    public Task Prepare(ModelVersion version, CancellationToken cancellationToken) => Load(version, cancellationToken);

    /// <summary>
    /// Swaps to a version; the one it replaces stays in memory for a quick way back. Of several that are being loaded the one asked for last
    /// is swapped to.
    /// </summary>
    /// <exception cref="RejectedException">As for Prepare.</exception>
    public async Task Activate(ModelVersion version, CancellationToken cancellationToken)
    {
        _wanted = version.Version;
        if (Version == version.Version)
            return;
        var snapshot = await Load(version, cancellationToken);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (Version == version.Version || _wanted != version.Version)
                return;
            _live = ServingView.Of(snapshot, _catalogue.Values);
            log.LogInformation("Model {ModelVersion} is live, {Books} books, replacing {Replaced}", version.Version, _live.Count, Version ?? "none");
            (Version, _previous) = (version.Version, Version);
            _snapshots.Keep(Version, _previous);
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

    public void Dispose()
    {
        _gate.Dispose();
        _snapshots.Dispose();
    }

    /// <summary>What tells one state of a book from another: ratings move without an edit.</summary>
    private static (int?, long?, double?) Marks(Book? book) => (book?.Revision, book?.RatingsCount, book?.AverageRating);

    private Task<ModelSnapshot> Load(ModelVersion version, CancellationToken cancellationToken)
    {
        _snapshots.Keep(Version, _previous, version.Version);
        return _snapshots.Load(version, cancellationToken);
    }

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
}
