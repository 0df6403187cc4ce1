using System.Text;

namespace BookRec.Cli.Cluster;

/// <summary>The ends of log files.</summary>
static class LogTail
{
    /// <summary>No line of a log that is worth reading is longer on average.</summary>
    const int BytesPerLine = 2000;

    /// <summary>The last lines of a file, without reading the rest of it.</summary>
    public static IReadOnlyList<string> Of(string path, int lines)
    {
        if (!File.Exists(path))
            return [];
        using var stream = Open(path);
        stream.Seek(-Math.Min(stream.Length, (long)lines * BytesPerLine), SeekOrigin.End);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(lines)];
    }

    /// <summary>Passes on what is added to a file from now on, until cancelled.</summary>
    public static async Task Follow(string path, Action<string> line, TimeSpan interval, TimeProvider time, CancellationToken cancellationToken)
    {
        using var stream = Open(path);
        stream.Seek(0, SeekOrigin.End);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (true)
        {
            while (await reader.ReadLineAsync(cancellationToken) is { } text)
                line(text);
            await Task.Delay(interval, time, cancellationToken);
        }
    }

    static FileStream Open(string path) => new(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
