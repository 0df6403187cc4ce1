using System.Text;
using BookRec.Grains.Interfaces.Text;

namespace BookRec.Storage.Text;

/// <summary>The form in which words are compared: lower case, without accents, letters and digits only.</summary>
public static class Folding
{
    /// <summary>Longer words are cut: nobody types them, and index rows stay small.</summary>
    public const int MaxWordLength = 40;

    /// <summary>Lower case and without accents; everything else stays.</summary>
    public static string Fold(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (LatinLetters.IsMark(c)) continue;
            var letter = char.ToLowerInvariant(LatinLetters.Base(c));
            switch (letter)
            {
                case 'ø': result.Append('o'); break;
                case 'ł': result.Append('l'); break;
                case 'đ' or 'ð': result.Append('d'); break;
                case 'ı': result.Append('i'); break;
                case 'ß': result.Append("ss"); break;
                case 'æ': result.Append("ae"); break;
                case 'œ': result.Append("oe"); break;
                case 'þ': result.Append("th"); break;
                case 'ς': result.Append('σ'); break;
                default: result.Append(letter); break;
            }
        }

        return result.ToString();
    }

    /// <summary>The folded words of a text, in order, repeats included. Apostrophes join: <c>O'Brien</c> is <c>obrien</c>.</summary>
    public static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        foreach (var rune in Fold(text).EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
            {
                if (word.Length < MaxWordLength) word.Append(rune);
            }
            else if (rune.Value is not ('\'' or '’') && word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }

        if (word.Length > 0) yield return word.ToString();
    }
}
