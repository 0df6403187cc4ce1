using System.Text;

namespace BookRec.Storage.Imports;

/// <summary>
/// Rows of the Book-Crossing files: semicolons, quotes, backslash before a quote that is meant. A row is a line here, whatever its quotes
/// say, so that one broken row never swallows the next; a quote that does not stand before a semicolon or the end belongs to the text.
/// </summary>
internal sealed class SemicolonRows(TextReader text) : RowSource
{
    private readonly List<string> _fields = [];
    private readonly StringBuilder _line = new();
    private bool _afterReturn;

    public override int Fields => _fields.Count;

    public override ReadOnlySpan<char> Field(int index) => _fields[index];

    public override bool Read()
    {
        while (ReadLine() is { } line)
        {
            Line++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            Split(line);
            return true;
        }

        return false;
    }

    public override void Dispose() => text.Dispose();

    /// <summary>As <see cref="TextReader.ReadLine"/>, but a line that has no end does not fill the memory.</summary>
    /// <exception cref="InvalidDataException">It is longer than a row can be.</exception>
    private string? ReadLine()
    {
        _line.Clear();
        while (text.Read() is >= 0 and var next)
        {
            var c = (char)next;
            var isSecondOfTwo = c == '\n' && _afterReturn;
            _afterReturn = c == '\r';
            if (isSecondOfTwo) continue;
            if (c is '\n' or '\r') return _line.ToString();
            if (_line.Length == MaxRow) throw new InvalidDataException($"the row after it has more than {MaxRow} characters.");
            _line.Append(c);
        }

        return _line.Length > 0 ? _line.ToString() : null;
    }

    private void Split(string line)
    {
        _fields.Clear();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            var next = i + 1 < line.Length ? line[i + 1] : ';';
            if (quoted)
            {
                if (c == '\\' && next is '"' or '\\') field.Append(line[++i]);
                else if (c == '"' && next == ';') quoted = false;
                else field.Append(c);
            }
            else if (c == ';')
            {
                _fields.Add(field.ToString());
                field.Clear();
            }
            else if (c == '"' && field.Length == 0)
            {
                quoted = true;
            }
            else
            {
                field.Append(c);
            }
        }

        _fields.Add(field.ToString());
    }
}
