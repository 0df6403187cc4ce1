using System.Collections.Immutable;

namespace BookRec.Engine.Content;

/// <summary>
/// TF-IDF vectors of all books and the inverted index over them, with a small tail of books that came later and of vectors that changed.
/// Immutable, thread-safe.
/// </summary>
public sealed class ContentIndex
{
    // Vectors by book index that are not, or no longer, those of the bulk. Persistent: a change shares all the rest.
    readonly ImmutableSortedDictionary<int, SparseVector> _changed;

    // A number for each term.
    readonly ZeroedArrays _scratch;

    internal ContentIndex(TfIdf model, InvertedIndex bulk)
        : this(model, bulk, bulk.Books, ImmutableSortedDictionary<int, SparseVector>.Empty, new(model.Terms))
    {
    }

    ContentIndex(TfIdf model, InvertedIndex bulk, int books, ImmutableSortedDictionary<int, SparseVector> changed, ZeroedArrays scratch)
        => (Model, Bulk, Books, _changed, _scratch) = (model, bulk, books, changed, scratch);

    /// <summary>Of no books, with no vocabulary.</summary>
    public static ContentIndex Empty { get; } = Fit([]);

    public int Books { get; }

    /// <summary>Terms of the vocabulary.</summary>
    public int Terms => Model.Terms;

    internal TfIdf Model { get; }

    internal InvertedIndex Bulk { get; }

    /// <summary>Learns vocabulary and weights from the texts; the position of a text is its book index.</summary>
    public static ContentIndex Fit(IReadOnlyList<BookText> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var (model, vectors) = TfIdf.Fit(texts);
        return new(model, InvertedIndex.Of(model.Terms, vectors));
    }

    /// <summary>A human-readable term of the vocabulary, such as <c>genre:fantasy</c> or <c>dragon</c>.</summary>
    public string TermAt(int term) => Model.Names[term];

    /// <summary>Embeds any text with the vocabulary of this index; unknown words carry nothing.</summary>
    public SparseVector Embed(BookText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Model.Embed(text);
    }

    /// <param name="book">0 … Books−1.</param>
    public SparseVector VectorOf(int book)
    {
        var vector = SpansOf(book);
        return new(vector.Terms.ToArray(), vector.Weights.ToArray());
    }

    /// <summary>0 … 1; 0 when nothing is known of one of them.</summary>
    public double Cosine(int a, int b) => SparseSpans.Dot(SpansOf(a), SpansOf(b));

    /// <summary>The cosines of one book with many: one pass over each of their vectors.</summary>
    public float[] CosinesWith(int book, IReadOnlyList<int> others)
    {
        ArgumentNullException.ThrowIfNull(others);
        var vector = SpansOf(book);
        var spread = _scratch.Take();
        for (var i = 0; i < vector.Terms.Length; i++)
        {
            spread[vector.Terms[i]] = vector.Weights[i];
        }

        var cosines = new float[others.Count];
        for (var i = 0; i < cosines.Length; i++)
        {
            cosines[i] = Dot(SpansOf(others[i]), spread);
        }

        foreach (var term in vector.Terms)
        {
            spread[term] = 0;
        }

        _scratch.Return(spread);
        return cosines;
    }

    /// <summary>The terms that two books share, the one that adds most to their cosine first.</summary>
    /// <returns>Term numbers with what each adds; the shares add up to the cosine.</returns>
    public IReadOnlyList<(int Term, double Share)> SharedTerms(int a, int b)
        => [.. SparseSpans.Shared(SpansOf(a), SpansOf(b)).OrderByDescending(shared => shared.Product).ThenBy(shared => shared.Term)];

    /// <summary>The cosines of a vector with all books of the index as it was fitted.</summary>
    internal float[] CosinesOfBulk(SparseVector vector)
    {
        var cosines = new float[Bulk.Books];
        for (var i = 0; i < vector.Terms.Length; i++)
        {
            Bulk.AddTerm(vector.Terms[i], vector.Weights[i], cosines);
        }

        return cosines;
    }

    /// <summary>The same index with this vector at a book that is there, or one after the last.</summary>
    internal ContentIndex With(int book, SparseVector vector)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)book, (uint)Books, nameof(book));
        return new(Model, Bulk, Math.Max(Books, book + 1), _changed.SetItem(book, vector), _scratch);
    }

    /// <summary>scores[i] = Σ weightⱼ · cos(j, i) over the given books j.</summary>
    /// <param name="weighted">Books with finite weights of either sign.</param>
    /// <param name="scores">Books numbers; overwritten.</param>
    internal void Score(IEnumerable<(int Book, float Weight)> weighted, Span<float> scores)
    {
        scores = scores[..Books];
        scores.Clear();
        var profile = _scratch.Take();
        var terms = AddUp(weighted, profile);
        var changed = _changed.Select(book => (book.Key, Score: Dot(book.Value.Spans, profile))).ToArray();
        foreach (var term in terms)
        {
            // A term may come twice; the zero makes the second time a no-op.
            Bulk.AddTerm(term, profile[term], scores);
            profile[term] = 0;
        }

        _scratch.Return(profile);
        foreach (var (book, score) in changed)
        {
            scores[book] = score;
        }
    }

    /// <summary>Adds the books' vectors up.</summary>
    /// <returns>Their terms.</returns>
    List<int> AddUp(IEnumerable<(int Book, float Weight)> weighted, float[] profile)
    {
        var terms = new List<int>();
        foreach (var (book, weight) in weighted)
        {
            var vector = SpansOf(book);
            for (var i = 0; i < vector.Terms.Length; i++)
            {
                ref var sum = ref profile[vector.Terms[i]];
                if (sum == 0)
                {
                    terms.Add(vector.Terms[i]);
                }

                sum += weight * vector.Weights[i];
            }
        }

        return terms;
    }

    SparseSpans SpansOf(int book)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)book, (uint)Books, nameof(book));
        return _changed.TryGetValue(book, out var vector) ? vector.Spans : Bulk.VectorOf(book);
    }

    static float Dot(SparseSpans vector, float[] profile)
    {
        var sum = 0f;
        for (var i = 0; i < vector.Terms.Length; i++)
        {
            sum += vector.Weights[i] * profile[vector.Terms[i]];
        }

        return sum;
    }
}
