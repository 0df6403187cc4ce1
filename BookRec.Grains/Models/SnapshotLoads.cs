using System.Security.Cryptography;
using BookRec.Engine.Artifacts;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Models;
using BookRec.Storage.Blobs;

namespace BookRec.Grains.Models;

/// <summary>Artifacts read from the blobs, checked and parsed. A version is loaded once, however many wait for it, and kept until it is dropped.</summary>
/// <remarks>Safe for concurrent use. A load belongs to nobody who waits for it: it ends by itself or with this.</remarks>
public sealed class SnapshotLoads(IBlobStore blobs) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task<ModelSnapshot>> _loads = [];
    private readonly CancellationTokenSource _stopping = new();

    /// <param name="cancellationToken">Ends the wait, not the load.</param>
    /// <exception cref="RejectedException">Unprocessable when the artifact is missing, truncated, corrupt or of the wrong shape.</exception>
    public Task<ModelSnapshot> Load(ModelVersion version, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // One that failed is tried again: the blobs may have been away.
            if (_loads.GetValueOrDefault(version.Version) is not { IsFaulted: false, IsCanceled: false } loading)
                _loads[version.Version] = loading = Task.Run(() => Read(version, _stopping.Token));
            return loading.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Drops every version but these.</summary>
    public void Keep(params ReadOnlySpan<string?> versions)
    {
        lock (_lock)
            foreach (var version in _loads.Keys.ToList())
                if (!versions.Contains(version))
                    _loads.Remove(version);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task<ModelSnapshot> Read(ModelVersion version, CancellationToken cancellationToken)
    {
        var artifact = version.Artifact;
        await using var blob = await blobs.Open(artifact.Key, cancellationToken)
            ?? throw Unusable($"The artifact {artifact.Key} of model {version.Version} is missing.");
        var bytes = new byte[artifact.Bytes];
        var read = await blob.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        if (read != bytes.Length || await blob.ReadAsync(new byte[1], cancellationToken) != 0)
            throw Unusable($"The artifact {artifact.Key} is not {bytes.Length} bytes long.");
        if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(bytes), Convert.FromHexString(artifact.Sha256)))
            throw Unusable($"The artifact {artifact.Key} does not have the SHA-256 it was stored with.");
        try
        {
            var snapshot = ModelArtifact.Read(new MemoryStream(bytes));
            return snapshot.Version == version.Version
                ? snapshot
                : throw Unusable($"The artifact {artifact.Key} is of model {snapshot.Version}, not {version.Version}.");
        }
        catch (InvalidArtifactException e)
        {
            throw Unusable($"The artifact {artifact.Key} is not valid: {e.Message}");
        }
    }

    private static RejectedException Unusable(string why) => new(RejectionKind.Unprocessable, why);
}
