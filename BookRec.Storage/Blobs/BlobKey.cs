using System.Buffers;

namespace BookRec.Storage.Blobs;

/// <summary>What a blob's key may be: parts of <c>a-z 0-9 A-Z . _ -</c> joined by <c>/</c>, none empty, none beginning with a dot.</summary>
public static class BlobKey
{
    public const int MaxLength = 512;

    private static readonly SearchValues<char> s_allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/");

    /// <exception cref="ArgumentException">The key is none; such a key could name a file outside the store.</exception>
    public static void Check(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (key.Length > MaxLength || key.AsSpan().ContainsAnyExcept(s_allowed) || key.Split('/').Any(part => part.Length == 0 || part[0] == '.'))
            throw new ArgumentException($"Not a blob key: '{key}'.", nameof(key));
    }
}
