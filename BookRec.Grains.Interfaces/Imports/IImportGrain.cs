namespace BookRec.Grains.Interfaces.Imports;

/// <summary>
/// One import: takes the uploaded files in pieces into a spool of its silo, then reads them into the database in committed batches.
/// Keyed by the import's id. Running the same import again changes nothing, so a killed one is simply repeated.
/// </summary>
[Alias("bookrec.IImportGrain")]
public interface IImportGrain : IGrainWithGuidKey
{
    /// <summary>Opens the import.</summary>
    /// <param name="format">How the files are laid out.</param>
    /// <param name="source">1 to 64 of <c>a-z 0-9 . _ -</c>; prefixes external ids, so that two sources' ids never meet.</param>
    [Alias("Open"), ResponseTimeout("00:00:20")]
    Task Open(ImportFormat format, string source);

    /// <summary>Appends a piece to a file; pieces of a file come in order.</summary>
    /// <param name="fileName">The uploaded file's name, which says what is in it.</param>
    /// <param name="offset">Bytes of this file sent before, so that a repeated call is recognised.</param>
    /// <param name="piece">At most 1 MB.</param>
    [Alias("Append"), Idempotent, ResponseTimeout("00:00:20")]
    Task Append(string fileName, long offset, ReadOnlyMemory<byte> piece);

    /// <summary>The upload is complete: start reading.</summary>
    /// <exception cref="RejectedException"><see cref="RejectionKind.Invalid"/> with field <c>files</c> when no file of the format is among them.</exception>
    [Alias("Run"), ResponseTimeout("00:00:20")]
    Task<ImportStatus> Run();

    /// <summary>The upload broke off: forget what came.</summary>
    [Alias("Abort"), Idempotent]
    Task Abort(string reason);

    /// <summary>How it goes; null when there is no such import.</summary>
    [Alias("Status"), Idempotent]
    Task<ImportStatus?> Status();
}

public enum ImportFormat
{
    /// <summary>books.csv, interactions.csv, to_read.csv: <c>id,title,authors,year,language,tags</c> and <c>user,book,rating,timestamp</c>.</summary>
    BookRec,

    /// <summary>The published goodbooks-10k files: books.csv, ratings.csv, to_read.csv, book_tags.csv, tags.csv.</summary>
    Goodbooks,

    /// <summary>The published Book-Crossing files: BX-Books.csv, BX-Users.csv, BX-Book-Ratings.csv (semicolons, Latin-1, broken rows).</summary>
    BookCrossing,
}

public enum ImportState
{
    Uploading,
    Running,
    Succeeded,
    Failed,
}

/// <param name="File">The uploaded file.</param>
/// <param name="Line">From 1, the header included.</param>
[GenerateSerializer, Immutable, Alias("bookrec.ImportError")]
public sealed record ImportError([property: Id(0)] string File, [property: Id(1)] long Line, [property: Id(2)] string Why);

/// <param name="Progress">0 to 1, by bytes read of the uploaded files.</param>
/// <param name="RowsRead">Data rows seen, good and bad.</param>
/// <param name="Books">Books added or changed.</param>
/// <param name="Readers">Accounts added.</param>
/// <param name="Interactions">Interactions added.</param>
/// <param name="Rejected">Rows refused.</param>
/// <param name="Errors">The first 1,000 refused rows.</param>
/// <param name="Reason">Why it failed; null otherwise.</param>
[GenerateSerializer, Immutable, Alias("bookrec.ImportStatus")]
public sealed record ImportStatus(
    [property: Id(0)] Guid Id,
    [property: Id(1)] ImportState State,
    [property: Id(2)] ImportFormat Format,
    [property: Id(3)] string Source,
    [property: Id(4)] double Progress,
    [property: Id(5)] long RowsRead,
    [property: Id(6)] long Books,
    [property: Id(7)] long Readers,
    [property: Id(8)] long Interactions,
    [property: Id(9)] long Rejected,
    [property: Id(10)] IReadOnlyList<ImportError> Errors,
    [property: Id(11)] string? Reason,
    [property: Id(12)] DateTimeOffset StartedAt,
    [property: Id(13)] DateTimeOffset? FinishedAt);
