namespace BookRec.Grains.Readers;

/// <summary>Says a content term, such as <c>genre:fantasy</c>, in words for people.</summary>
public static class TermText
{
    /// <returns>Null for terms that would tell a reader nothing.</returns>
    public static string? Describe(string term) => term.Split(':', 2) switch
    {
        ["genre", var genre] => genre.Replace('-', ' '),
        ["author", var author] => $"the author {Capitalised(author)}",
        ["series", var series] => $"the series {Capitalised(series)}",
        ["decade", _] => null,
        [var word] => $"“{word}”",
        _ => null,
    };

    private static string Capitalised(string label)
        => string.Join(' ', label.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
