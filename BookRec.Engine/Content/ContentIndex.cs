namespace BookRec.Engine.Content;

/// <summary>What is written about a book.</summary>
public sealed record BookText(string Title, IReadOnlyList<string> Authors, IReadOnlyList<string> Genres, int? Year, string? Description);

/// <param name="Terms">Term numbers of the index, ascending.</param>
/// <param name="Weights">TF-IDF weights; the vector has length 1, or is empty.</param>
public sealed record SparseVector(int[] Terms, float[] Weights);

/// <summary>TF-IDF vectors of all books and the inverted index over them. Immutable, thread-safe.</summary>
public sealed class ContentIndex
{
    public static ContentIndex Fit(IReadOnlyList<BookText> texts) => throw new NotImplementedException();

    public int Books => throw new NotImplementedException();

    /// <summary>A human-readable term of the vocabulary, such as <c>genre:fantasy</c> or <c>dragon</c>.</summary>
    public string TermAt(int term) => throw new NotImplementedException();

    /// <summary>Embeds any text with the vocabulary of this index; unknown words carry nothing.</summary>
    public SparseVector Embed(BookText text) => throw new NotImplementedException();

    public SparseVector VectorOf(int book) => throw new NotImplementedException();

    public double Cosine(int a, int b) => throw new NotImplementedException();

    /// <summary>The terms that two books share, the one that adds most to their cosine first.</summary>
    public IReadOnlyList<(int Term, double Share)> SharedTerms(int a, int b) => throw new NotImplementedException();
}
