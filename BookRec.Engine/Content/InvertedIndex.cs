namespace BookRec.Engine.Content;

/// <summary>
/// The vectors of the books, by book and by term, both in compressed sparse rows. Immutable, thread-safe.
/// </summary>
sealed class InvertedIndex
{
    readonly int[] _bookOffsets;
    readonly int[] _terms;
    readonly float[] _weights;

    readonly int[] _termOffsets;
    readonly int[] _postingBooks;
    readonly float[] _postingWeights;

    /// <param name="bookOffsets">Where each book's terms begin, and the end.</param>
    /// <param name="terms">Ascending within a book, 0 … termCount−1.</param>
    public InvertedIndex(int termCount, int[] bookOffsets, int[] terms, float[] weights)
    {
        (_bookOffsets, _terms, _weights) = (bookOffsets, terms, weights);
        _termOffsets = new int[termCount + 1];
        _postingBooks = new int[terms.Length];
        _postingWeights = new float[terms.Length];
        foreach (var term in terms)
        {
            _termOffsets[term + 1]++;
        }

        for (var term = 0; term < termCount; term++)
        {
            _termOffsets[term + 1] += _termOffsets[term];
        }

        var next = _termOffsets.AsSpan(0, termCount).ToArray();
        for (var book = 0; book < Books; book++)
        {
            for (var i = bookOffsets[book]; i < bookOffsets[book + 1]; i++)
            {
                var to = next[terms[i]]++;
                _postingBooks[to] = book;
                _postingWeights[to] = weights[i];
            }
        }
    }

    public int Books => _bookOffsets.Length - 1;

    public ReadOnlySpan<int> BookOffsets => _bookOffsets;

    public ReadOnlySpan<int> Terms => _terms;

    public ReadOnlySpan<float> Weights => _weights;

    public static InvertedIndex Of(int termCount, SparseVector[] vectors)
    {
        var offsets = new int[vectors.Length + 1];
        for (var book = 0; book < vectors.Length; book++)
        {
            offsets[book + 1] = offsets[book] + vectors[book].Terms.Length;
        }

        return new(termCount, offsets, [.. vectors.SelectMany(v => v.Terms)], [.. vectors.SelectMany(v => v.Weights)]);
    }

    public SparseSpans VectorOf(int book)
    {
        var (first, length) = (_bookOffsets[book], _bookOffsets[book + 1] - _bookOffsets[book]);
        return new(_terms.AsSpan(first, length), _weights.AsSpan(first, length));
    }

    /// <summary>scores[book] += weight · (the book's weight of the term), for all books that have the term.</summary>
    public void AddTerm(int term, float weight, Span<float> scores)
    {
        if (weight == 0)
        {
            return;
        }

        var range = _termOffsets[term].._termOffsets[term + 1];
        var books = _postingBooks.AsSpan(range);
        var weights = _postingWeights.AsSpan(range);
        for (var i = 0; i < books.Length; i++)
        {
            scores[books[i]] += weight * weights[i];
        }
    }
}
