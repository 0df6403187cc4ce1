namespace BookRec.WebApi.Books;

/// <summary>International Standard Book Numbers, old and new.</summary>
public static class Isbn
{
    /// <summary>Without hyphens and spaces, the check character in upper case.</summary>
    public static string Compact(string text)
        => string.Concat(text.Where(c => c is not ('-' or ' '))).ToUpperInvariant();

    /// <param name="compact">As <see cref="Compact"/> gives it.</param>
    public static bool IsValid(string compact) => compact.Length switch
    {
        10 => IsValid10(compact),
        13 => IsValid13(compact),
        _ => false,
    };

    /// <summary>ISO 2108: digits weighted 10 to 1, X for 10 in the last place, a multiple of 11.</summary>
    private static bool IsValid10(string isbn)
    {
        var sum = 0;
        for (var i = 0; i < 10; i++)
        {
            var isTen = i == 9 && isbn[i] == 'X';
            if (!isTen && !char.IsAsciiDigit(isbn[i]))
                return false;
            sum += (10 - i) * (isTen ? 10 : isbn[i] - '0');
        }

        return sum % 11 == 0;
    }

    /// <summary>An EAN: digits weighted 1 and 3 in turn, a multiple of 10.</summary>
    private static bool IsValid13(string isbn)
        => isbn.All(char.IsAsciiDigit) && isbn.Select((digit, i) => (digit - '0') * (i % 2 == 0 ? 1 : 3)).Sum() % 10 == 0;
}
