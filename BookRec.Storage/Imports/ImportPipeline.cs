using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Imports;
using BookRec.Storage.Databases;

namespace BookRec.Storage.Imports;

/// <summary>A file of an import, gzip or plain.</summary>
public sealed record ImportFile(string Name, string Path);

/// <summary>What an import has done so far.</summary>
public sealed record ImportCounts(
    double Progress, long RowsRead, long Books, long Readers, long Interactions, long Rejected, IReadOnlyList<ImportError> Errors);

/// <summary>
/// Reads files of a known format into the database: streams the rows, checks each, commits in batches. Idempotent: rows already there change
/// nothing. Imported readers become accounts without a login.
/// </summary>
public sealed class ImportPipeline(Database database, TimeProvider time)
{
    /// <summary>Most refused rows an import reports; the rest are counted.</summary>
    public const int MaxReportedErrors = 1000;

    /// <summary>Whether a file name is one the format knows, such as <c>books.csv.gz</c>.</summary>
    public static bool Knows(ImportFormat format, string fileName) => throw new NotImplementedException();

    /// <param name="source">Prefix of external ids.</param>
    /// <param name="readerKind">Imported, or Simulated for the demo's readers.</param>
    /// <param name="progress">Told after each committed batch.</param>
    public Task<ImportCounts> Run(
        ImportFormat format, string source, AccountKind readerKind, IReadOnlyList<ImportFile> files, IProgress<ImportCounts>? progress, CancellationToken cancellationToken)
        => throw new NotImplementedException();
}
