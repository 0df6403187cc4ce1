using System.IO.Compression;
using System.Text;

namespace BookRec.Storage.Imports;

/// <summary>The files of one import, by the name a format knows them by; keeps account of how much of them was read.</summary>
internal sealed class ImportFiles
{
    private readonly Dictionary<string, ImportFile> _files = new(StringComparer.Ordinal);
    private readonly long _total;

    private long _finished;
    private FileStream? _current;
    private long _currentLength;

    public ImportFiles(IReadOnlyList<ImportFile> files)
    {
        foreach (var file in files)
        {
            if (!_files.TryAdd(PlainName(file.Name), file)) throw new ImportFailedException(file.Name, "the file is there twice.");
            _total += new FileInfo(file.Path).Length;
        }
    }

    /// <summary>0 to 1, by bytes of the files as they were uploaded.</summary>
    public double Progress => _total == 0 ? 1 : Math.Min(1, (_finished + ReadOfCurrent) / (double)_total);

    // A table that was read to its end has closed its file.
    private long ReadOfCurrent => _current switch
    {
        null => 0,
        { CanRead: true } open => open.Position,
        _ => _currentLength,
    };

    /// <summary>The name without folder and <c>.gz</c>, lower case.</summary>
    public static string PlainName(string name)
    {
        var plain = name[(name.LastIndexOfAny(['/', '\\']) + 1)..].ToLowerInvariant();
        return plain.EndsWith(".gz", StringComparison.Ordinal) ? plain[..^3] : plain;
    }

    public bool Has(string name) => _files.ContainsKey(name);

    /// <summary>The rows of a file, which counts towards the progress; null when it is not among the files.</summary>
    public Table? Open(string name, ImportReport report) => Open(name, report, RowsOfCsv, Encoding.UTF8);

    public Table? Open(string name, ImportReport report, Func<TextReader, RowSource> rows, Encoding encoding)
    {
        if (!_files.TryGetValue(name, out var file)) return null;
        _finished += _currentLength;
        _current = OpenFile(file);
        _currentLength = _current.Length;
        return new Table(file.Name, rows(TextOf(_current, encoding)), report);
    }

    /// <summary>The rows of a file for a first look that is not counted; null when it is not among the files.</summary>
    public Table? Peek(string name)
        => _files.TryGetValue(name, out var file) ? new Table(file.Name, RowsOfCsv(TextOf(OpenFile(file), Encoding.UTF8)), new ImportReport()) : null;

    private static CsvRows RowsOfCsv(TextReader text) => new(text);

    private static FileStream OpenFile(ImportFile file) => new(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);

    /// <summary>Gzip or plain, told by the first two bytes and not by the name.</summary>
    private static StreamReader TextOf(FileStream file, Encoding encoding)
    {
        var zipped = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return new StreamReader(zipped ? new GZipStream(file, CompressionMode.Decompress) : file, encoding, true, 1 << 16);
    }
}
