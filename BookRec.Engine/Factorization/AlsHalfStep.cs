using BookRec.Engine.Data;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Factorization;

/// <summary>
/// Half an epoch: every row of one side solved against the other side. Called twice, with the roles swapped. Rows do not depend on each
/// other, so the result is the same to the last bit for any number of threads and any division into ranges of rows.
/// </summary>
public static class AlsHalfStep
{
    // Enough chunks that threads end together, few enough that taking one costs nothing.
    const int ChunksPerThread = 64;

    const int FewFactors = 64;

    /// <summary>G ← fixedᵀ·fixed, then every row.</summary>
    /// <param name="interactions">Rows to solve × rows of the fixed side.</param>
    /// <param name="fixedFactors">Y.</param>
    /// <param name="solved">X: one row for each row of the interactions; overwritten.</param>
    /// <returns>Σ over the rows of (Σ w − b·x): the observed and unobserved loss plus the regularization of the solved side.</returns>
    public static double Solve(
        InteractionMatrix interactions, FactorMatrix fixedFactors, FactorMatrix solved, AlsOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(interactions);
        var gramian = Gramian.Of(fixedFactors, options.EffectiveThreads);
        return SolveRows(interactions, 0, interactions.Rows, fixedFactors, gramian, solved, options, cancellationToken);
    }

    /// <summary>Solves a range of rows alone: what one shard of a training does.</summary>
    /// <param name="interactions">Rows × rows of the fixed side.</param>
    /// <param name="firstRow">The first row to solve.</param>
    /// <param name="count">How many.</param>
    /// <param name="fixedFactors">Y, all of it.</param>
    /// <param name="gramian">YᵀY, see <see cref="Gramian.Of"/>.</param>
    /// <param name="solved">Row r of it receives the solution of row firstRow + r.</param>
    /// <returns>As <see cref="Solve"/>, over the range.</returns>
    public static double SolveRows(
        InteractionMatrix interactions,
        int firstRow,
        int count,
        FactorMatrix fixedFactors,
        FactorMatrix gramian,
        FactorMatrix solved,
        AlsOptions options,
        CancellationToken cancellationToken)
    {
        CheckShapes(interactions, firstRow, count, fixedFactors, gramian, solved);
        ArgumentNullException.ThrowIfNull(options);
        var (factors, threads) = (fixedFactors.Factors, options.EffectiveThreads);
        var order = HeavyRowsFirst(interactions, firstRow, count);
        var longRows = CountAbove(MostOfShort(factors), interactions, order);
        var solvedRows = CountAbove(0, interactions, order);
        var task = new RowsToSolve(interactions, firstRow, solved);
        foreach (var row in order.AsSpan(solvedRows))
        {
            task.SolutionOf(row).Clear();
        }

        // A long row costs an update for each interaction and a factorization, which is worth about f/3 of them.
        var chunks = Chunks(interactions, order, 0..longRows, threads, factors / 3);
        var longChunks = chunks.Count;
        chunks.AddRange(Chunks(interactions, order, longRows..solvedRows, threads, 0));
        using var dual = longRows == solvedRows ? null : DualSide.Of(fixedFactors, gramian, options);
        var nextChunk = -1;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        Parallel.For(0, threads, parallel, _ =>
        {
            using var longSolver = LongRowSolver(fixedFactors, gramian, options);
            using var shortSolver = dual is null ? null : new DualRowSolver(dual, options);
            for (var chunk = Interlocked.Increment(ref nextChunk); chunk < chunks.Count; chunk = Interlocked.Increment(ref nextChunk))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var solver = chunk < longChunks ? longSolver : shortSolver!;
                solver.SolveAll(order.AsSpan(chunks[chunk]), task);
            }
        });
        dual?.Return(solved, Array.ConvertAll(order[longRows..solvedRows], row => row - firstRow), threads);
        return task.Loss;
    }

    /// <summary>Rows with up to so many interactions are solved in their dual form. In batches the primal form is cheaper; of few factors, always.</summary>
    static int MostOfShort(int factors) => CholeskyBatch.Pays(factors) switch
    {
        false => DualRowSolver.MostInteractions(factors),
        true => factors > FewFactors ? factors / 2 : 0,
    };

    static IRowSolver LongRowSolver(FactorMatrix fixedFactors, FactorMatrix gramian, AlsOptions options)
        => CholeskyBatch.Pays(fixedFactors.Factors) ? new RowBatchSolver(fixedFactors, gramian, options) : new RowSolver(fixedFactors, gramian, options);

    /// <summary>
    /// Big rows at the end would leave the other threads idle; and how a row is solved depends on its length alone, not on the range or the
    /// threads. A counting sort.
    /// </summary>
    static int[] HeavyRowsFirst(InteractionMatrix interactions, int firstRow, int count)
    {
        var most = 0;
        for (var row = firstRow; row < firstRow + count; row++)
        {
            most = Math.Max(most, interactions.CountOf(row));
        }

        // Where the rows of each length begin, the longest first.
        var begins = new int[most + 2];
        for (var row = firstRow; row < firstRow + count; row++)
        {
            begins[most - interactions.CountOf(row) + 1]++;
        }

        for (var length = 1; length < begins.Length; length++)
        {
            begins[length] += begins[length - 1];
        }

        var order = new int[count];
        for (var row = firstRow; row < firstRow + count; row++)
        {
            order[begins[most - interactions.CountOf(row)]++] = row;
        }

        return order;
    }

    /// <summary>How many rows, of those in order, are longer.</summary>
    static int CountAbove(int length, InteractionMatrix interactions, int[] heavyFirst)
    {
        var first = Array.FindIndex(heavyFirst, row => interactions.CountOf(row) <= length);
        return first < 0 ? heavyFirst.Length : first;
    }

    /// <summary>Consecutive ranges of the order with about the same arithmetic in each.</summary>
    /// <param name="rowWork">What a row costs whatever its length, in interactions.</param>
    static List<Range> Chunks(InteractionMatrix interactions, int[] order, Range rows, int threads, int rowWork)
    {
        var (first, count) = rows.GetOffsetAndLength(order.Length);
        long Work(int i) => interactions.CountOf(order[i]) + rowWork;
        var all = 0L;
        for (var i = first; i < first + count; i++)
        {
            all += Work(i);
        }

        var perChunk = all / (threads * ChunksPerThread);
        var chunks = new List<Range>();
        var (begin, work) = (first, 0L);
        for (var i = first; i < first + count; i++)
        {
            work += Work(i);
            if (work > perChunk || i == first + count - 1)
            {
                chunks.Add(begin..(i + 1));
                (begin, work) = (i + 1, 0);
            }
        }

        return chunks;
    }

    static void CheckShapes(
        InteractionMatrix interactions, int firstRow, int count, FactorMatrix fixedFactors, FactorMatrix gramian, FactorMatrix solved)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        ArgumentNullException.ThrowIfNull(fixedFactors);
        ArgumentNullException.ThrowIfNull(gramian);
        ArgumentNullException.ThrowIfNull(solved);
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, interactions.Rows - firstRow);
        var factors = fixedFactors.Factors;
        if (interactions.Columns != fixedFactors.Rows || gramian.Rows != factors || gramian.Factors != factors || solved.Factors != factors
            || solved.Rows != count)
        {
            throw new ArgumentException(
                $"Shapes do not fit: interactions {interactions.Rows} × {interactions.Columns}, fixed {fixedFactors.Rows} × {factors}, "
                + $"Gramian {gramian.Rows} × {gramian.Factors}, solved {solved.Rows} × {solved.Factors} for {count} rows.");
        }
    }
}
