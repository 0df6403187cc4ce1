using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Lucene.Net.Analysis.Miscellaneous;
using Lucene.Net.Tartarus.Snowball.Ext;

namespace BookRec.Engine.Content;

/// <summary>
/// Text → words: accents and case folded, apostrophes dropped, split at all that is neither letter nor digit, stop words left out,
/// reduced to stems by Porter's English stemmer (Porter2, in Lucene.Net). Not thread-safe; cheap to make.
/// </summary>
sealed class Tokenizer
{
    static readonly FrozenSet<string> s_stopWords = FrozenSet.ToFrozenSet(
        ("a about after all also an and any are as at be because been before but by can could did do does for from had has have he her "
        + "hers him his how i if in into is it its me more most my no nor not of off on one only or other our out over own s she so some "
        + "such t than that the their them then there these they this those through to too under until up us very was we were what when "
        + "where which while who whom why will with would you your youre").Split(' '));

    readonly EnglishStemmer _stemmer = new();
    readonly Dictionary<string, string> _stems = [];

    /// <summary>The words of a text in their order: the stem, which is compared, and the folded word, which is shown.</summary>
    public IEnumerable<(string Stem, string Word)> Words(string text)
        => Fold(text).Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => !s_stopWords.Contains(word)).Select(word => (Stem(word), word));

    /// <summary>A name or label as one term: folded, its words joined by single blanks.</summary>
    public static string Label(string text) => string.Join(' ', Fold(text).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    string Stem(string word)
    {
        if (_stems.TryGetValue(word, out var stem))
        {
            return stem;
        }

        _stemmer.SetCurrent(word);
        _stemmer.Stem();
        return _stems[word] = _stemmer.Current;
    }

    /// <summary>Lower case, no accents, blanks for all that is neither letter nor digit.</summary>
    static string Fold(string text)
    {
        var characters = text.ToCharArray();

        // One character can become four ("㎏" and the like).
        var folded = new char[characters.Length * 4];
        var length = ASCIIFoldingFilter.FoldToASCII(characters, 0, folded, 0, characters.Length);
        var result = new StringBuilder(length);
        foreach (var character in folded.AsSpan(0, length))
        {
            if (character is '\'' || CharUnicodeInfo.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark)
            {
                continue;
            }

            result.Append(IsPartOfWord(character) ? char.ToLowerInvariant(character) : ' ');
        }

        return result.ToString();
    }

    // Half of a surrogate pair stays with its other half.
    static bool IsPartOfWord(char character) => char.IsLetterOrDigit(character) || char.IsSurrogate(character);
}
