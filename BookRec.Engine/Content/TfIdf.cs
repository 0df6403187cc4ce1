namespace BookRec.Engine.Content;

/// <summary>
/// Vocabulary and inverse document frequencies, and what they make of a text: weight = field weight · (1 + ln tf) · idf with
/// idf = 1 + ln((1 + n) / (1 + df)), scaled to length 1 (Salton and Buckley, 1988; smoothed as in scikit-learn). Immutable, thread-safe.
/// </summary>
sealed class TfIdf
{
    readonly string[] _keys;
    readonly string[] _names;
    readonly float[] _idf;
    readonly Dictionary<string, int> _terms;

    /// <param name="keys">Distinct, by term number.</param>
    internal TfIdf(string[] keys, string[] names, float[] idf)
    {
        (_keys, _names, _idf) = (keys, names, idf);
        _terms = new(keys.Length, StringComparer.Ordinal);
        for (var term = 0; term < keys.Length; term++)
        {
            _terms.Add(keys[term], term);
        }
    }

    public int Terms => _keys.Length;

    public ReadOnlySpan<string> Keys => _keys;

    public ReadOnlySpan<string> Names => _names;

    public ReadOnlySpan<float> Idf => _idf;

    /// <summary>Learns the vocabulary. Terms are numbered in the order of their keys.</summary>
    public static (TfIdf Model, SparseVector[] Vectors) Fit(IReadOnlyList<BookText> texts)
    {
        var tokenizer = new Tokenizer();
        var termsOfBooks = new BookTerm[texts.Count][];
        var frequencies = new SortedDictionary<string, (int Books, string Name)>(StringComparer.Ordinal);
        for (var book = 0; book < texts.Count; book++)
        {
            termsOfBooks[book] = [.. BookTerms.Of(texts[book], tokenizer)];
            foreach (var group in termsOfBooks[book].GroupBy(term => term.Key))
            {
                var name = group.Select(term => term.Name).Aggregate(Shorter);
                var (books, known) = frequencies.GetValueOrDefault(group.Key, (0, name));
                frequencies[group.Key] = (books + 1, Shorter(known, name));
            }
        }

        var idf = frequencies.Values.Select(term => (float)(1 + Math.Log((1.0 + texts.Count) / (1.0 + term.Books))));
        var model = new TfIdf([.. frequencies.Keys], [.. frequencies.Values.Select(term => term.Name)], [.. idf]);
        return (model, [.. termsOfBooks.Select(model.Weigh)]);
    }

    /// <summary>Unknown terms carry nothing.</summary>
    public SparseVector Embed(BookText text) => Weigh(BookTerms.Of(text, new Tokenizer()));

    SparseVector Weigh(IEnumerable<BookTerm> terms)
    {
        var counts = new SortedDictionary<int, (int Count, double FieldWeight)>();
        foreach (var term in terms)
        {
            if (_terms.TryGetValue(term.Key, out var number))
            {
                // A word of the title and of the description counts in both, with the weight of the title.
                var (count, weight) = counts.GetValueOrDefault(number);
                counts[number] = (count + 1, Math.Max(weight, term.FieldWeight));
            }
        }

        if (counts.Count == 0)
        {
            return SparseVector.Zero;
        }

        var weights = counts.Select(term => term.Value.FieldWeight * (1 + Math.Log(term.Value.Count)) * _idf[term.Key]).ToArray();
        var length = Math.Sqrt(weights.Sum(weight => weight * weight));
        return new([.. counts.Keys], [.. weights.Select(weight => (float)(weight / length))]);
    }

    // Of the words of one stem the shortest is nearest to the word in a dictionary.
    static string Shorter(string a, string b)
        => a.Length != b.Length ? (a.Length < b.Length ? a : b) : string.CompareOrdinal(a, b) <= 0 ? a : b;
}
