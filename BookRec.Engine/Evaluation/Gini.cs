namespace BookRec.Engine.Evaluation;

/// <summary>
/// Gini@K = Σᵢ (2i − n − 1)·cᵢ / (n·Σ c) over how often each book is listed, c₁ ≤ … ≤ cₙ: 0 when all books are listed alike, near 1 when
/// everybody gets the same few (Gunawardana and Shani, 2015). Filled from several threads.
/// </summary>
public sealed class Gini(int books)
{
    readonly int[] _listed = new int[books];

    public void Add(ReadOnlySpan<int> list)
    {
        foreach (var book in list)
        {
            Interlocked.Increment(ref _listed[book]);
        }
    }

    public double Index
    {
        get
        {
            var (weighted, sum) = (0.0, 0.0);
            foreach (var (i, count) in _listed.Order().Index())
            {
                weighted += ((2.0 * (i + 1)) - _listed.Length - 1) * count;
                sum += count;
            }

            return sum == 0 ? 0 : weighted / (_listed.Length * sum);
        }
    }
}
