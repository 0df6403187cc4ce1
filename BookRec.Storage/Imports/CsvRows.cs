using Sylvan.Data.Csv;

namespace BookRec.Storage.Imports;

/// <summary>Rows of a CSV file (RFC 4180), where a quoted field may run over several lines.</summary>
internal sealed class CsvRows(TextReader text) : RowSource
{
    private CsvDataReader? _reader;
    private long _next = 1;

    public override int Fields => _reader!.RowFieldCount;

    public override ReadOnlySpan<char> Field(int index) => _reader!.GetFieldSpan(index);

    public override bool Read()
    {
        // Not before the first row is asked for, because creating a reader reads: what is broken must be told by the table.
        _reader ??= CsvDataReader.Create(
            text,
            new CsvDataReaderOptions
            {
                HasHeaders = false,
                Delimiter = ',',
                CsvStyle = CsvStyle.Lax,
                BufferSize = 1 << 16,
                MaxBufferSize = MaxRow,
            });
        while (_reader.Read())
        {
            Line = _next;
            var raw = _reader.GetRawRecordSpan();
            if (raw.EndsWith("\n")) raw = raw[..^1];
            _next += 1 + raw.Count('\n');
            if (!raw.IsWhiteSpace()) return true;
        }

        return false;
    }

    public override void Dispose()
    {
        _reader?.Dispose();
        text.Dispose();
    }
}
