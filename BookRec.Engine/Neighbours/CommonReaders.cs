using BookRec.Engine.Data;

namespace BookRec.Engine.Neighbours;

/// <summary>A book's neighbours, indices ascending, and how strong they are.</summary>
readonly record struct NeighbourRow(int[] Books, float[] Strengths);

/// <summary>One book's sums over its readers; scratch memory of one thread, all zero between two books.</summary>
sealed class CommonReaders(int books)
{
    readonly float[] _sums = new float[books];
    readonly int[] _touched = new int[books];
    float[] _strengths = [];
    int _count;

    /// <param name="ofReader">What each reader's word counts.</param>
    public void Count(int book, InteractionMatrix byBook, InteractionMatrix byUser, float[] ofReader)
    {
        var (sums, touched) = (_sums, _touched);
        var readers = byBook.ColumnsOf(book);
        var weights = byBook.WeightsOf(book);
        for (var r = 0; r < readers.Length; r++)
        {
            var share = weights[r] * ofReader[readers[r]];
            var others = byUser.ColumnsOf(readers[r]);
            var otherWeights = byUser.WeightsOf(readers[r]);
            for (var o = 0; o < others.Length; o++)
            {
                ref var sum = ref sums[others[o]];
                if (sum == 0)
                {
                    touched[_count++] = others[o];
                }

                sum += share * otherWeights[o];
            }
        }

        // A book says nothing about itself. It is among the touched whenever anything is.
        sums[book] = 0;
    }

    /// <summary>The k strongest, the smaller index first among equals, in ascending order of the index. Clears the sums.</summary>
    public NeighbourRow Strongest(float ofSource, float[] ofTarget, int k)
    {
        var touched = _touched.AsSpan(0, _count);
        _strengths = _strengths.Length < _count ? new float[_sums.Length] : _strengths;
        var (kept, strengths) = (0, _strengths);
        foreach (var book in touched)
        {
            var strength = _sums[book] * ofSource * ofTarget[book];
            _sums[book] = 0;
            if (strength > 0)
            {
                (touched[kept], strengths[kept]) = (book, strength);
                kept++;
            }
        }

        _count = 0;
        kept = kept > k ? Keep(touched[..kept], strengths, k) : kept;
        touched[..kept].Sort(strengths.AsSpan(0, kept));
        return new(touched[..kept].ToArray(), strengths.AsSpan(0, kept).ToArray());
    }

    /// <summary>The k-th largest.</summary>
    static float Edge(ReadOnlySpan<float> strengths, int k)
    {
        var largest = new PriorityQueue<float, float>(k);
        foreach (var strength in strengths)
        {
            if (largest.Count < k)
            {
                largest.Enqueue(strength, strength);
            }
            else if (strength > largest.Peek())
            {
                largest.DequeueEnqueue(strength, strength);
            }
        }

        return largest.Peek();
    }

    /// <summary>Moves the k strongest to the front. The order the books come in is chance, so ties at the edge go by the index.</summary>
    static int Keep(Span<int> books, Span<float> strengths, int k)
    {
        var edge = Edge(strengths[..books.Length], k);
        var kept = 0;
        var ties = new List<int>();
        for (var i = 0; i < books.Length; i++)
        {
            if (strengths[i] > edge)
            {
                (books[kept], strengths[kept]) = (books[i], strengths[i]);
                kept++;
            }
            else if (strengths[i] == edge)
            {
                ties.Add(books[i]);
            }
        }

        ties.Sort();
        foreach (var book in ties.Take(k - kept))
        {
            (books[kept], strengths[kept]) = (book, edge);
            kept++;
        }

        return kept;
    }
}
