using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Imports;
using BookRec.Grains.Options;
using BookRec.Storage.Catalogue;
using BookRec.Storage.Imports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BookRec.Grains.Imports;

/// <summary>
/// One import. Owns the spool of uploaded files on its silo and the progress; the pipeline does the reading. An import whose silo was
/// killed ends as failed and says so: what it committed stays, and running it again completes it.
/// </summary>
public sealed class ImportGrain(
    ImportLog log, ImportPipeline pipeline, ImportSpool spool, BookStore books, DemoData demo, IOptions<ImportOptions> options, TimeProvider time, ILogger<ImportGrain> logger)
    : Grain, IImportGrain, IDisposable
{
    /// <summary>An upload that sends nothing for so long has broken off.</summary>
    private static readonly TimeSpan UploadPatience = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, long> _received = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource _stopping = new();
    private ImportStatus? _status;
    private Task _reading = Task.CompletedTask;
    private volatile ImportCounts? _latest;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _status = await log.Find(this.GetPrimaryKey(), cancellationToken);
        if (_status is { State: ImportState.Uploading or ImportState.Running })
            await End(ImportState.Failed, "The silo that ran this import went away. What it had committed is kept; run the import again to complete it.");
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _reading;
        if (_status is { State: ImportState.Uploading })
            await EndAfterFailure("The upload broke off.");
    }

    public async Task Open(ImportFormat format, string source)
    {
        if (_status is not null)
            throw new RejectedException(RejectionKind.Conflict, "This import has begun already.");
        Directory.CreateDirectory(spool.FolderOf(this.GetPrimaryKey()));
        _status = new ImportStatus(this.GetPrimaryKey(), ImportState.Uploading, format, source, 0, 0, 0, 0, 0, 0, [], null, time.GetUtcNow(), null);
        await log.Save(_status);
        DelayDeactivation(UploadPatience);
    }

    public async Task Append(string fileName, long offset, ReadOnlyMemory<byte> piece)
    {
        var status = Expect(ImportState.Uploading);
        if (!ImportPipeline.Knows(status.Format, fileName))
            throw new RejectedException(RejectionKind.Invalid, $"'{fileName}' is not a file that this format knows.", "files");
        if (_received.Values.Sum() + piece.Length > options.Value.MaximumBytes)
            throw new RejectedException(RejectionKind.Invalid, $"The upload is larger than {options.Value.MaximumBytes} bytes.", "files");
        var received = _received.GetValueOrDefault(fileName);
        if (offset + piece.Length == received && offset < received)
            return; // The same piece again: its first answer was lost.
        if (offset != received)
            throw new RejectedException(RejectionKind.Conflict, $"'{fileName}' has {received} bytes; a piece at {offset} does not continue it.");
        await using (var file = new FileStream(PathOf(fileName), FileMode.Append))
            await file.WriteAsync(piece);
        _received[fileName] = received + piece.Length;
        DelayDeactivation(UploadPatience);
    }

    public async Task<ImportStatus> Run()
    {
        var status = Expect(ImportState.Uploading);
        if (_received.Count == 0)
        {
            const string nothing = "No file of the format was uploaded.";
            await End(ImportState.Failed, nothing);
            throw new RejectedException(RejectionKind.Invalid, nothing, "files");
        }

        var running = status with { State = ImportState.Running };
        await log.Save(running);
        _status = running;
        _reading = Read();
        return running;
    }

    public async Task Abort(string reason)
    {
        if (_status is { State: ImportState.Uploading })
            await End(ImportState.Failed, reason);
    }

    public Task<ImportStatus?> Status()
    {
        TakeOver();
        return Task.FromResult(_status);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task Read()
    {
        try
        {
            var files = _received.Keys.Select(name => new ImportFile(name, PathOf(name))).ToList();
            var (format, source) = (_status!.Format, _status.Source);
            var progress = new Latest(counts => _latest = counts);
            var reading = Task.Run(() => pipeline.Run(format, source, AccountKind.Imported, files, progress, _stopping.Token));
            while (await Task.WhenAny(reading, Task.Delay(SaveInterval, time)) != reading)
            {
                TakeOver();
                await SaveProgress();
                DelayDeactivation(UploadPatience);
            }

            _latest = await reading;
            TakeOver();
            if (!options.Value.KeepDemo && source != DemoData.Source && _latest.RowsRead > _latest.Rejected && await demo.Retire(_stopping.Token) is > 0 and var retired)
                logger.LogInformation("The demo made way for {Source}: its simulated readers and {Books} of its books are gone", source, retired);
            await books.RefreshRatings(_stopping.Token);
            await End(ImportState.Succeeded, null);
            logger.LogInformation(
                "Import {ImportId} of {Source} succeeded: {RowsRead} rows, {Books} books, {Readers} readers, {Interactions} interactions, {Rejected} rejected",
                _status!.Id, source, _status.RowsRead, _status.Books, _status.Readers, _status.Interactions, _status.Rejected);
        }
        catch (Exception e)
        {
            // The import fails, the silo does not: the reason goes to whoever asks for the status.
            logger.LogError(e, "Import {ImportId} failed", this.GetPrimaryKey());
            TakeOver();
            await EndAfterFailure(e is OperationCanceledException ? "The silo stopped. What was committed is kept; run the import again to complete it." : e.Message);
        }
    }

    private async Task SaveProgress()
    {
        try
        {
            await log.Save(_status!);
        }
        catch (Exception e)
        {
            // The books go in all the same, and the next second saves again; only how the import ends must be written down.
            logger.LogWarning(e, "The progress of import {ImportId} could not be written down", this.GetPrimaryKey());
        }
    }

    private async Task EndAfterFailure(string reason)
    {
        try
        {
            await End(ImportState.Failed, reason);
        }
        catch (Exception e)
        {
            // The database is away too; the next activation finds the import unfinished and ends it.
            logger.LogError(e, "The end of import {ImportId} could not be written down", this.GetPrimaryKey());
        }
    }

    private async Task End(ImportState state, string? reason)
    {
        spool.Delete(this.GetPrimaryKey());
        _status = _status! with { State = state, Reason = reason, FinishedAt = time.GetUtcNow(), Progress = state == ImportState.Succeeded ? 1 : _status.Progress };
        await log.Save(_status);
    }

    private void TakeOver()
    {
        if (_latest is { } counts && _status is { State: ImportState.Running })
            _status = counts.In(_status);
    }

    private ImportStatus Expect(ImportState state)
        => _status is { } status && status.State == state
            ? status
            : throw new RejectedException(RejectionKind.Conflict, $"This import is {_status?.State.ToString() ?? "unknown"}, not {state}.");

    /// <summary>Known names only get here, so a name cannot lead out of the spool.</summary>
    private string PathOf(string fileName) => Path.Combine(spool.FolderOf(this.GetPrimaryKey()), Path.GetFileName(fileName));

    /// <summary>Hands reports over at once; <see cref="Progress{T}"/> would queue them.</summary>
    private sealed class Latest(Action<ImportCounts> take) : IProgress<ImportCounts>
    {
        public void Report(ImportCounts value) => take(value);
    }
}
