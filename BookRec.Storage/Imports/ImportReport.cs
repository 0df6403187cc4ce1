using BookRec.Grains.Interfaces.Imports;

namespace BookRec.Storage.Imports;

/// <summary>What an import has done so far, counted while it runs.</summary>
internal sealed class ImportReport
{
    private readonly List<(int File, ImportError Error)> _errors = [];
    private readonly List<string> _files = [];

    public long RowsRead { get; set; }

    public long Books { get; set; }

    public long Readers { get; set; }

    public long Interactions { get; set; }

    public long Rejected { get; private set; }

    /// <summary>Counts a refused row, and keeps what is to be said of it while there is room.</summary>
    public void Refuse(string file, long line, string why)
    {
        Rejected++;
        if (_errors.Count >= ImportPipeline.MaxReportedErrors) return;
        var place = _files.IndexOf(file);
        if (place < 0)
        {
            place = _files.Count;
            _files.Add(file);
        }

        _errors.Add((place, new ImportError(file, line, why)));
    }

    // Unknown books come to light a batch later than misspelt numbers; the list reads in the order of the files all the same.
    public ImportCounts Counts(double progress)
        => new(progress, RowsRead, Books, Readers, Interactions, Rejected, [.. _errors.OrderBy(e => e.File).ThenBy(e => e.Error.Line).Select(e => e.Error)]);
}
