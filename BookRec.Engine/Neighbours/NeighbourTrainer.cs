using BookRec.Engine.Data;

namespace BookRec.Engine.Neighbours;

/// <summary>
/// The item-to-item part: how often books are read together, counted book by book into a dense accumulator of which the k strongest are
/// kept, mixed with <see cref="LocalRegression"/>. The memory is the result and a little for each thread, whatever the data.
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
        if (options.Neighbours == 0)
        {
            return BookNeighbours.None(interactions.Columns);
        }

        var together = ReadTogether(interactions, options, threads, cancellationToken);
        return options.Regression.Share == 0
            ? together
            : Mix(together, LocalRegression.Fit(interactions, [options.Regression], threads, cancellationToken)[0], options);
    }

    /// <summary>The first half alone: Σ over common readers.</summary>
    internal static BookNeighbours ReadTogether(InteractionMatrix byUser, NeighbourOptions options, int threads, CancellationToken cancellationToken)
    {
        var byBook = byUser.Transpose();
        var ofReader = Powers(byUser, 0, options.ReaderExponent);
        var ofSource = Powers(byBook, options.Shrinkage, options.SourceExponent);
        var ofTarget = Powers(byBook, options.Shrinkage, options.TargetExponent);
        var rows = new NeighbourRow[byBook.Rows];
        BookByBook(rows.Length, threads, () => new CommonReaders(byBook.Rows), (common, book) =>
        {
            common.Count(book, byBook, byUser, ofReader);
            rows[book] = common.Strongest(ofSource[book], ofTarget, options.Neighbours);
        }, cancellationToken);
        return BookNeighbours.Join(options, rows);
    }

    /// <summary>
    /// (1 − γ)·together/‖together‖ + γ·regression/‖regression‖: one sparse matrix, so that ranking and reasons need not know of two.
    /// </summary>
    internal static BookNeighbours Mix(BookNeighbours together, BookNeighbours regression, NeighbourOptions options)
    {
        var share = options.Regression.Share;
        return BookNeighbours.Sum(options, (together, Scale(1 - share, together)), (regression, Scale(share, regression)));

        static float Scale(double share, BookNeighbours part) => part.Norm > 0 ? (float)(share / part.Norm) : 0;
    }

    /// <summary>Small blocks of books to whichever thread is free.</summary>
    internal static void BookByBook<TWorker>(int books, int threads, Func<TWorker> worker, Action<TWorker, int> body, CancellationToken cancellationToken)
    {
        var next = -BooksAtOnce;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        Parallel.For(0, threads, parallel, _ =>
        {
            var own = worker();
            using var disposed = own as IDisposable;
            for (var first = Interlocked.Add(ref next, BooksAtOnce); first < books; first = Interlocked.Add(ref next, BooksAtOnce))
            {
                cancellationToken.ThrowIfCancellationRequested();
                for (var book = first; book < Math.Min(first + BooksAtOnce, books); book++)
                {
                    body(own, book);
                }
            }
        });
    }

    /// <summary>(Σ weights + shrinkage)^−exponent of each row.</summary>
    internal static float[] Powers(InteractionMatrix rows, double shrinkage, double exponent)
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
}
