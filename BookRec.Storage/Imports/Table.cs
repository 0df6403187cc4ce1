namespace BookRec.Storage.Imports;

/// <summary>Rows with a header: columns by name, and refusals that name the column.</summary>
internal sealed class Table : IDisposable
{
    /// <summary>A value is shown in a refusal up to this many characters.</summary>
    private const int MaxShown = 40;

    private readonly RowSource _rows;
    private readonly ImportReport _report;
    private readonly Dictionary<string, int> _columns = new(StringComparer.OrdinalIgnoreCase);
    private readonly int _width;

    public Table(string file, RowSource rows, ImportReport report)
    {
        (File, _rows, _report) = (file, rows, report);
        if (!Advance()) throw new ImportFailedException(file, "the file is empty; its first line must name the columns.");
        _width = rows.Fields;
        for (var i = 0; i < _width; i++) _columns.TryAdd(rows.Field(i).Trim().Trim('\uFEFF').ToString(), i);
    }

    public string File { get; }

    public long Line => _rows.Line;

    public bool Has(string column) => _columns.ContainsKey(column);

    /// <exception cref="ImportFailedException">The header lacks one of the columns.</exception>
    public void Require(params ReadOnlySpan<string> columns)
    {
        foreach (var column in columns)
        {
            if (!Has(column))
                throw new ImportFailedException(File, $"the header has no column '{column}'; it names {string.Join(", ", _columns.Keys.Select(k => $"'{Shown(k)}'"))}.");
        }
    }

    /// <summary>Goes to the next row that has as many fields as the header; the others are refused.</summary>
    public bool Read()
    {
        while (Advance())
        {
            _report.RowsRead++;
            if (_rows.Fields == _width) return true;
            Refuse($"expected {_width} columns, found {_rows.Fields}");
        }

        return false;
    }

    /// <summary>The field, trimmed; empty when the file has no such column.</summary>
    public ReadOnlySpan<char> Span(string column) => _columns.TryGetValue(column, out var index) ? _rows.Field(index).Trim() : default;

    /// <summary>As <see cref="Span"/>; without the zero characters no database keeps.</summary>
    public string Text(string column)
    {
        var span = Span(column);
        return span.Contains('\0') ? span.ToString().Replace("\0", "", StringComparison.Ordinal) : span.ToString();
    }

    public void Refuse(string why) => _report.Refuse(File, Line, why);

    /// <summary>Refuses the current row because of one column.</summary>
    public void Refuse(string column, string why) => Refuse($"{column}: {why}");

    public static string Shown(ReadOnlySpan<char> value) => value.Length <= MaxShown ? value.ToString() : string.Concat(value[..MaxShown], "…");

    public void Dispose() => _rows.Dispose();

    private bool Advance()
    {
        try
        {
            return _rows.Read();
        }
        catch (Exception broken) when (broken is Sylvan.Data.Csv.CsvRecordTooLargeException or Sylvan.Data.Csv.CsvFormatException or InvalidDataException)
        {
            // The next row cannot be found any more: a quote that never closes, or a damaged archive.
            throw new ImportFailedException(File, $"cannot be read on after line {Line}: {broken.Message}");
        }
    }
}
