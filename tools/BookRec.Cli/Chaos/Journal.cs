using System.Text.Json;

namespace BookRec.Cli.Chaos;

/// <summary>An interaction that a reader's client wants stored: sent under one key until it is answered.</summary>
/// <param name="Reader">The account's id.</param>
/// <param name="Type">As in the API; a reader does each thing with each book once at most, so that a double cannot hide.</param>
sealed record Intent(Guid Reader, long BookId, string Type, string Key);

/// <param name="Id">What the server says it is stored as.</param>
sealed record Acknowledgement(Intent Intent, long Id);

/// <summary>Every acknowledged interaction, on disk before anything else happens: what the service has promised.</summary>
sealed class Journal(string path) : IDisposable
{
    static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    readonly FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
    readonly Lock writing = new();

    public static IReadOnlyList<Acknowledgement> Read(string path)
        => [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize<Acknowledgement>(line, Json)!)];

    /// <summary>Returns when it is on disk. Safe from any thread.</summary>
    public void Add(Acknowledgement acknowledged)
    {
        lock (writing)
        {
            JsonSerializer.Serialize(file, acknowledged, Json);
            file.WriteByte((byte)'\n');
            file.Flush(flushToDisk: true);
        }
    }

    public void Dispose() => file.Dispose();
}
