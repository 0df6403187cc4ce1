namespace BookRec.Storage.Blobs;

/// <summary>Blobs as files under one folder: written to a temporary file, flushed to disk, then renamed.</summary>
public sealed class FileBlobStore(string root) : IBlobStore
{
    public Task Put(string key, Stream content, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public Task<Stream?> Open(string key, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public Task Delete(string key, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public IAsyncEnumerable<string> List(string prefix, CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
