using System.Runtime.CompilerServices;

namespace BookRec.Storage.Blobs;

/// <summary>Blobs as files under one folder: written to a temporary file, flushed to disk, then renamed.</summary>
/// <remarks>Safe for concurrent use; of two puts of one key the later rename wins, whole.</remarks>
public sealed class FileBlobStore(string root) : IBlobStore
{
    /// <summary>Where unfinished uploads lie; not a key, since keys do not begin with a dot.</summary>
    private const string Unfinished = ".unfinished";

    private readonly string _root = Path.GetFullPath(root);

    public async Task Put(string key, Stream content, CancellationToken cancellationToken = default)
    {
        var path = PathOf(key);
        var unfinished = Directory.CreateDirectory(Path.Combine(_root, Unfinished)).FullName;
        var temporary = Path.Combine(unfinished, Path.GetRandomFileName());
        try
        {
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous))
            {
                await content.CopyToAsync(file, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    public Task<Stream?> Open(string key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return Task.FromResult<Stream?>(
                new FileStream(PathOf(key), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.Asynchronous));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    public Task Delete(string key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = PathOf(key);
        if (File.Exists(path)) File.Delete(path);
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<string> List(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        if (!Directory.Exists(_root)) yield break;
        var keys = Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_root, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(key => key.StartsWith(prefix, StringComparison.Ordinal) && !key.StartsWith(Unfinished, StringComparison.Ordinal));
        foreach (var key in keys.Order(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return key;
        }
    }

    private string PathOf(string key)
    {
        BlobKey.Check(key);
        return Path.Combine(_root, key.Replace('/', Path.DirectorySeparatorChar));
    }
}
