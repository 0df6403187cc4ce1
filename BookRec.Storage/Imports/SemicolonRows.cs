using System.Text;

namespace BookRec.Storage.Imports;

/// <summary>
/// Rows of the Book-Crossing files: semicolons, quotes, backslash before a quote that is meant. A row is a line here, whatever its quotes
/// say, so that one broken row never swallows the next; a quote that does not stand before a semicolon or the end belongs to the text.
/// </summary>
internal sealed class SemicolonRows(TextReader text) : RowSource
{
    private readonly List<string> _fields = [];

    public override int Fields => _fields.Count;

    public override ReadOnlySpan<char> Field(int index) => _fields[index];

    public override bool Read()
    {
        while (text.ReadLine() is { } line)
        {
            Line++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            Split(line);
            return true;
        }

        return false;
    }

    public override void Dispose() => text.Dispose();

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
