namespace BookRec.Storage.Databases;

/// <summary>A lock that several processes on one machine share: an open file nobody else may open. Freed by the system when its holder dies.</summary>
internal sealed class FileLock : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    public static async Task<FileLock> Take(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (File.Exists(path))
            {
                // Somebody else holds it; upgrades take seconds at most, so asking again is enough.
                await Task.Delay(s_pause, cancellationToken);
            }
        }
    }

    // The file stays: deleting it would let a third process lock a new one while a second still waits for this.
    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
