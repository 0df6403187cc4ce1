namespace BookRec.Storage.Text;

/// <summary>The three-letter pieces of a word with its ends marked: <c>^bo boo ook ok$</c>. Words a typing error apart share some.</summary>
public static class Trigrams
{
    public static IReadOnlyCollection<string> Of(string word)
    {
        var padded = $"^{word}$";
        var pieces = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i + 3 <= padded.Length; i++)
        {
            // A piece that would split a surrogate pair says nothing more than its neighbours and cannot be stored.
            if (char.IsLowSurrogate(padded[i]) || char.IsHighSurrogate(padded[i + 2])) continue;
            pieces.Add(padded.Substring(i, 3));
        }

        return pieces;
    }
}
