namespace BookRec.Engine.Content;

/// <param name="Terms">Term numbers of the index, ascending.</param>
/// <param name="Weights">TF-IDF weights; the vector has length 1, or is empty.</param>
public sealed record SparseVector(int[] Terms, float[] Weights)
{
    /// <summary>Of a book of which no term is known.</summary>
    public static SparseVector Zero { get; } = new([], []);

    /// <summary>The cosine, since both have length 1 (or are empty).</summary>
    internal static double Dot(SparseVector a, SparseVector b)
    {
        var sum = 0.0;
        for (int i = 0, j = 0; i < a.Terms.Length && j < b.Terms.Length;)
        {
            var (left, right) = (a.Terms[i], b.Terms[j]);
            sum += left == right ? (double)a.Weights[i] * b.Weights[j] : 0;
            i += left <= right ? 1 : 0;
            j += right <= left ? 1 : 0;
        }

        return sum;
    }

    /// <summary>The terms both have, with the product of their weights, ascending.</summary>
    internal static IEnumerable<(int Term, double Product)> Shared(SparseVector a, SparseVector b)
    {
        for (int i = 0, j = 0; i < a.Terms.Length && j < b.Terms.Length;)
        {
            if (a.Terms[i] == b.Terms[j])
            {
                yield return (a.Terms[i], (double)a.Weights[i++] * b.Weights[j++]);
            }
            else if (a.Terms[i] < b.Terms[j])
            {
                i++;
            }
            else
            {
                j++;
            }
        }
    }
}
