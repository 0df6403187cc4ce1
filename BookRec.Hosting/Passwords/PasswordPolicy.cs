using System.Text;
using BookRec.Grains.Interfaces.Text;

namespace BookRec.Hosting;

/// <summary>
/// Which passwords may be chosen: long ones that are not guessed first. No rules about kinds of characters, which make people predictable.
/// </summary>
public static class PasswordPolicy
{
    /// <summary>In characters as people count them, after composition.</summary>
    public const int MinimumCharacters = 12;

    /// <summary>bcrypt looks at no more; a longer one is refused, because cutting it would make different passwords one.</summary>
    public const int MaximumBytes = 72;

    private const int LongestRepeat = 4;

    /// <summary>One form for what different keyboards send for the same letters.</summary>
    public static string Normalise(string password) => LatinLetters.Compose(password);

    /// <summary>What keeps a text from being a password at all, whether chosen now or long ago.</summary>
    public static IEnumerable<string> Malformed(string password)
    {
        if (Encoding.UTF8.GetByteCount(Normalise(password)) > MaximumBytes)
            yield return $"must have at most {MaximumBytes} bytes";
        if (password.Contains('\0', StringComparison.Ordinal))
            yield return "must not contain NUL";
    }

    /// <summary>What is wrong with a password somebody chooses.</summary>
    /// <param name="password">As typed.</param>
    /// <param name="email">Whose it shall be, where that is known.</param>
    public static IEnumerable<string> Problems(string password, string? email = null)
    {
        foreach (var problem in Malformed(password))
            yield return problem;

        var text = Normalise(password);
        if (text.EnumerateRunes().Count() < MinimumCharacters)
            yield return $"must have at least {MinimumCharacters} characters";
        else if (CommonPasswords.Contains(text) || IsRepetition(text))
            yield return "is one of the first that would be guessed";
        else if (email is not null && text.Contains(email.Trim(), StringComparison.OrdinalIgnoreCase))
            yield return "must not contain your address";
    }

    /// <summary>The same few characters over and over.</summary>
    private static bool IsRepetition(string text)
        => Enumerable.Range(1, LongestRepeat).Any(period => Enumerable.Range(period, text.Length - period).All(i => text[i] == text[i - period]));
}
