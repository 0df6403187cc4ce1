using BookRec.Engine.Data;

namespace BookRec.Engine.Neighbours;

/// <summary>
/// Counts common readers book by book into a dense accumulator and keeps the k strongest: the memory is the result and one float a book
/// and thread, whatever the data; the time is Σᵤ |N(u)|².
/// </summary>
public static class NeighbourTrainer
{
    const int BooksAtOnce = 16;

    /// <param name="interactions">Users × books.</param>
    /// <param name="threads">At least 1; the result does not depend on it.</param>
    public static BookNeighbours Fit(InteractionMatrix interactions, NeighbourOptions options, int threads, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        options.Validate();
        return options.Neighbours == 0
            ? BookNeighbours.None(interactions.Columns)
            : Join(options, Rows(interactions, options, threads, cancellationToken));
    }

    static (int[] Books, float[] Strengths)[] Rows(InteractionMatrix byUser, NeighbourOptions options, int threads, CancellationToken cancellationToken)
    {
        var byBook = byUser.Transpose();
        var ofReader = Powers(byUser, 0, options.ReaderExponent);
        var ofSource = Powers(byBook, options.Shrinkage, options.SourceExponent);
        var ofTarget = Powers(byBook, options.Shrinkage, options.TargetExponent);
        var rows = new (int[] Books, float[] Strengths)[byBook.Rows];
        var next = -BooksAtOnce;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        Parallel.For(0, threads, parallel, _ =>
        {
            var common = new CommonReaders(byBook.Rows);
            for (var first = Interlocked.Add(ref next, BooksAtOnce); first < rows.Length; first = Interlocked.Add(ref next, BooksAtOnce))
            {
                cancellationToken.ThrowIfCancellationRequested();
                for (var book = first; book < Math.Min(first + BooksAtOnce, rows.Length); book++)
                {
                    common.Count(book, byBook, byUser, ofReader);
                    rows[book] = common.Strongest(ofSource[book], ofTarget, options.Neighbours);
                }
            }
        });
        return rows;
    }

    /// <summary>(Σ weights + shrinkage)^−exponent of each row.</summary>
    static float[] Powers(InteractionMatrix rows, double shrinkage, double exponent)
    {
        var powers = new float[rows.Rows];
        for (var row = 0; row < powers.Length; row++)
        {
            var sum = shrinkage;
            foreach (var weight in rows.WeightsOf(row))
            {
                sum += weight;
            }

            powers[row] = sum > 0 ? (float)Math.Pow(sum, -exponent) : 0;
        }

        return powers;
    }

    static BookNeighbours Join(NeighbourOptions options, (int[] Books, float[] Strengths)[] rows)
    {
        var offsets = new int[rows.Length + 1];
        for (var row = 0; row < rows.Length; row++)
        {
            offsets[row + 1] = checked(offsets[row] + rows[row].Books.Length);
        }

        var (books, strengths) = (new int[offsets[^1]], new float[offsets[^1]]);
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row].Books.CopyTo(books, offsets[row]);
            rows[row].Strengths.CopyTo(strengths, offsets[row]);
        }

        return new(options, offsets, books, strengths);
    }

    /// <summary>One book's sums over its readers; scratch memory of one thread, all zero between two books.</summary>
    sealed class CommonReaders(int books)
    {
        readonly float[] _sums = new float[books];
        readonly int[] _touched = new int[books];
        float[] _strengths = [];
        int _count;

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
        public (int[] Books, float[] Strengths) Strongest(float ofSource, float[] ofTarget, int k)
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
            return (touched[..kept].ToArray(), strengths.AsSpan(0, kept).ToArray());
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
}
