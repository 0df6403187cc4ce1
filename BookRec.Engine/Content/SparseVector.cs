namespace BookRec.Engine.Content;

/// <param name="Terms">Term numbers of the index, ascending.</param>
/// <param name="Weights">TF-IDF weights; the vector has length 1, or is empty.</param>
public sealed record SparseVector(int[] Terms, float[] Weights)
{
    /// <summary>Of a book of which no term is known.</summary>
    public static SparseVector Zero { get; } = new([], []);

    internal SparseSpans Spans => new(Terms, Weights);
}
