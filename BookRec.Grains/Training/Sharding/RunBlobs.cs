using System.Security.Cryptography;
using BookRec.Grains.Interfaces.Models;
using BookRec.Storage.Blobs;

namespace BookRec.Grains.Training.Sharding;

/// <summary>
/// What the shards of a training run hand to each other, under <c>runs/&lt;id&gt;/</c>. Keys end in the content's hash: a shard that is solved
/// twice, by a silo that was given up too early and by its successor, writes the same key or another one, never other bytes under a key
/// that somebody reads.
/// </summary>
public sealed class RunBlobs(IBlobStore blobs)
{
    private const string Root = "runs/";

    /// <summary>Characters of the hash in the key; the whole one is in the reference and decides.</summary>
    private const int DigestInKey = 16;

    public async Task<ArtifactReference> Put(Guid runId, string name, byte[] content, CancellationToken cancellationToken)
    {
        var digest = await Task.Run(() => Convert.ToHexStringLower(SHA256.HashData(content)), cancellationToken);
        var reference = new ArtifactReference($"{FolderOf(runId)}{name}-{digest[..DigestInKey]}", digest, content.LongLength);
        await blobs.Put(reference.Key, new MemoryStream(content, writable: false), cancellationToken);
        return reference;
    }

    /// <exception cref="InvalidDataException">The blob is missing, or its bytes are not those that the reference was made for.</exception>
    public async Task<byte[]> Read(ArtifactReference reference, CancellationToken cancellationToken)
    {
        await using var stream = await blobs.Open(reference.Key, cancellationToken) ?? throw new InvalidDataException($"Blob {reference.Key} is missing.");
        var bytes = GC.AllocateUninitializedArray<byte>(checked((int)reference.Bytes));
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        var whole = length == bytes.Length && await stream.ReadAsync(new byte[1], cancellationToken) == 0;
        var digest = whole ? await Task.Run(() => Convert.ToHexStringLower(SHA256.HashData(bytes)), cancellationToken) : "that of another length";
        return digest == reference.Sha256
            ? bytes
            : throw new InvalidDataException($"Blob {reference.Key} is not what was written: its SHA-256 is {digest}, not {reference.Sha256}.");
    }

    public async Task<bool> Exists(ArtifactReference reference, CancellationToken cancellationToken)
    {
        await using var stream = await blobs.Open(reference.Key, cancellationToken);
        return stream is not null;
    }

    public async Task Delete(IEnumerable<ArtifactReference> references, CancellationToken cancellationToken)
    {
        foreach (var reference in references)
            await blobs.Delete(reference.Key, cancellationToken);
    }

    /// <summary>Removes everything that a run left.</summary>
    public Task Clear(Guid runId, CancellationToken cancellationToken) => DeleteWhere(FolderOf(runId), _ => true, cancellationToken);

    /// <summary>Removes what other runs left, such as those whose silos were killed.</summary>
    public Task ClearOthers(Guid runId, CancellationToken cancellationToken)
        => DeleteWhere(Root, key => !key.StartsWith(FolderOf(runId), StringComparison.Ordinal), cancellationToken);

    private async Task DeleteWhere(string prefix, Predicate<string> chosen, CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        await foreach (var key in blobs.List(prefix, cancellationToken))
            if (chosen(key))
                keys.Add(key);
        foreach (var key in keys)
            await blobs.Delete(key, cancellationToken);
    }

    private static string FolderOf(Guid runId) => $"{Root}{runId:N}/";
}
