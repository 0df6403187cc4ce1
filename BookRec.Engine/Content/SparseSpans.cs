namespace BookRec.Engine.Content;

/// <summary>A <see cref="SparseVector"/> where it lies, without a copy.</summary>
readonly ref struct SparseSpans(ReadOnlySpan<int> terms, ReadOnlySpan<float> weights)
{
    /// <summary>Ascending.</summary>
    public ReadOnlySpan<int> Terms { get; } = terms;

    public ReadOnlySpan<float> Weights { get; } = weights;

    /// <summary>The cosine, since both have length 1 (or are empty).</summary>
    public static double Dot(SparseSpans a, SparseSpans b)
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
    public static List<(int Term, double Product)> Shared(SparseSpans a, SparseSpans b)
    {
        var shared = new List<(int Term, double Product)>();
        for (int i = 0, j = 0; i < a.Terms.Length && j < b.Terms.Length;)
        {
            var (left, right) = (a.Terms[i], b.Terms[j]);
            if (left == right)
            {
                shared.Add((left, (double)a.Weights[i] * b.Weights[j]));
            }

            i += left <= right ? 1 : 0;
            j += right <= left ? 1 : 0;
        }

        return shared;
    }
}
