namespace BookRec.Storage.Blobs;

/// <summary>Model artifacts by key: a folder in embedded mode, S3 in a cluster. Keys are <c>a-z 0-9 A-Z . _ - /</c>.</summary>
public interface IBlobStore
{
    /// <summary>Stores the whole content under a new key; a reader sees all of it or nothing.</summary>
    Task Put(string key, Stream content, CancellationToken cancellationToken = default);

    /// <summary>The content, or null when there is none under this key.</summary>
    Task<Stream?> Open(string key, CancellationToken cancellationToken = default);

    Task Delete(string key, CancellationToken cancellationToken = default);

    /// <summary>Keys that begin with the prefix, in ordinal order.</summary>
    IAsyncEnumerable<string> List(string prefix, CancellationToken cancellationToken = default);
}
