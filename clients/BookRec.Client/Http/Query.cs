using System.Globalization;
using System.Text;

namespace BookRec.Client.Http;

/// <summary>A path with those parameters that are given.</summary>
internal sealed class Query(string path)
{
    private readonly StringBuilder _text = new(path);
    private char _separator = '?';

    public Query Add(string name, string? value)
    {
        if (value is not null)
        {
            _text.Append(_separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            _separator = '&';
        }

        return this;
    }

    public Query Add(string name, int? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public Query Add<T>(string name, T? value)
        where T : struct, Enum
        => Add(name, value is { } member ? Words.Of(member) : null);

    public Query Add(string name, IReadOnlyCollection<long>? ids)
        => Add(name, ids is { Count: > 0 } ? string.Join(',', ids.Select(id => id.ToString(CultureInfo.InvariantCulture))) : null);

    public Query Add(PageRequest? page) => Add("limit", page?.Limit).Add("cursor", page?.Cursor);

    public override string ToString() => _text.ToString();
}
