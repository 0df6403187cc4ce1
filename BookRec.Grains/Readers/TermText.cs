namespace BookRec.Grains.Readers;

/// <summary>Says a content term, such as <c>genre:fantasy</c>, in words for people.</summary>
public static class TermText
{
    /// <returns>Null for terms that would tell a reader nothing.</returns>
    public static string? Describe(string term) => term.Split(':', 2) switch
    {
        ["genre", var genre] => genre.Replace('-', ' '),
        ["author", var author] => author,
        ["series", var series] => $"the series {series}",
        ["decade", _] => null,
        [var word] => $"“{word}”",
        _ => null,
    };
}
