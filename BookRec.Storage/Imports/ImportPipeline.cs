using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Imports;
using BookRec.Storage.Databases;

namespace BookRec.Storage.Imports;

/// <summary>A file of an import, gzip or plain.</summary>
public sealed record ImportFile(string Name, string Path);

/// <summary>What an import has done so far.</summary>
public sealed record ImportCounts(
    double Progress, long RowsRead, long Books, long Readers, long Interactions, long Rejected, IReadOnlyList<ImportError> Errors)
{
    /// <summary>The status with these counts in it.</summary>
    public ImportStatus In(ImportStatus status) => status with
    {
        Progress = Progress,
        RowsRead = RowsRead,
        Books = Books,
        Readers = Readers,
        Interactions = Interactions,
        Rejected = Rejected,
        Errors = Errors,
    };
}

/// <summary>
/// Reads files of a known format into the database: streams the rows, checks each, commits in batches. Idempotent: rows already there change
/// nothing. Imported readers become accounts without a login.
/// </summary>
public sealed class ImportPipeline(Database database, TimeProvider time)
{
    /// <summary>Most refused rows an import reports; the rest are counted.</summary>
    public const int MaxReportedErrors = 1000;

    /// <summary>Books to a transaction.</summary>
    private const int BooksABatch = 1000;

    /// <summary>Interactions to a transaction: others who write wait for one batch at most, which takes a fraction of a second.</summary>
    private const int InteractionsABatch = 20_000;

    /// <summary>Whether a file name is one the format knows, such as <c>books.csv.gz</c>.</summary>
    public static bool Knows(ImportFormat format, string fileName) => FormatReader.Of(format).FileNames.Contains(ImportFiles.PlainName(fileName));

    /// <param name="source">Prefix of external ids.</param>
    /// <param name="readerKind">Imported, or Simulated for the demo's readers.</param>
    /// <param name="progress">Told after each committed batch.</param>
    /// <exception cref="ImportFailedException">A file is not what its name says; what was committed before stays.</exception>
    public Task<ImportCounts> Run(
        ImportFormat format, string source, AccountKind readerKind, IReadOnlyList<ImportFile> files, IProgress<ImportCounts>? progress, CancellationToken cancellationToken)
        => Task.Run(
            async () =>
            {
                var reader = FormatReader.Of(format);
                var known = files.Where(f => Knows(format, f.Name)).ToList();
                if (known.Count == 0) throw new ImportFailedException($"No file of this format among the files; it knows {string.Join(", ", reader.FileNames)}.");
                var report = new ImportReport();
                var run = new ImportRun(source, new ImportFiles(known), report, time.NowMilliseconds());
                await AddBooks(reader, run, progress, cancellationToken);
                await AddInteractions(reader, run, readerKind, progress, cancellationToken);
                return report.Counts(1);
            },
            cancellationToken);

    private async Task AddBooks(FormatReader reader, ImportRun run, IProgress<ImportCounts>? progress, CancellationToken cancellationToken)
    {
        var writer = new BookWriter(run.Now);
        foreach (var batch in reader.Books(run).Chunk(BooksABatch))
        {
            run.Report.Books += await database.Write(session => writer.Write(session, batch), cancellationToken);
            progress?.Report(run.Report.Counts(run.Files.Progress));
        }
    }

    private async Task AddInteractions(
        FormatReader reader, ImportRun run, AccountKind readerKind, IProgress<ImportCounts>? progress, CancellationToken cancellationToken)
    {
        var writer = new InteractionWriter(run, readerKind);
        foreach (var batch in reader.Interactions(run).Chunk(InteractionsABatch))
        {
            var (readers, interactions, unknown) = await database.Write(session => writer.Write(session, batch), cancellationToken);
            run.Report.Readers += readers;
            run.Report.Interactions += interactions;
            foreach (var row in unknown) run.Report.Refuse(row.File, row.Line, $"book: there is no book '{Table.Shown(row.Book)}' of this source");
            progress?.Report(run.Report.Counts(run.Files.Progress));
        }
    }
}
