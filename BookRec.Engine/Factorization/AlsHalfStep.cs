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
        var order = HeavyRowsFirst(interactions, firstRow, count);
        var chunks = Chunks(interactions, order, options.EffectiveThreads * ChunksPerThread, fixedFactors.Factors);
        var losses = new double[count];
        var shortRows = ShortRows(interactions, order, fixedFactors.Factors);
        using var dual = shortRows.IsEmpty ? null : DualSide.Of(fixedFactors, gramian, options);
        var nextChunk = -1;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.EffectiveThreads, CancellationToken = cancellationToken };
        Parallel.For(0, options.EffectiveThreads, parallel, _ =>
        {
            using var solver = new RowSolver(fixedFactors, gramian, options);
            using var dualSolver = dual is null ? null : new DualRowSolver(dual, options);
            for (var chunk = Interlocked.Increment(ref nextChunk); chunk < chunks.Count; chunk = Interlocked.Increment(ref nextChunk))
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (var row in order.AsSpan(chunks[chunk]))
                {
                    var columns = interactions.ColumnsOf(row);
                    var weights = interactions.WeightsOf(row);
                    var solution = solved.Row(row - firstRow);
                    var gain = IsShort(columns.Length, fixedFactors.Factors)
                        ? dualSolver!.Solve(columns, weights, solution)
                        : solver.Solve(columns, weights, solution);
                    losses[row - firstRow] = Sum(weights) - gain;
                }
            }
        });
        dual?.Return(solved, Array.ConvertAll(shortRows.ToArray(), row => row - firstRow), options.EffectiveThreads);
        return Sum(losses);
    }

    static bool IsShort(int interactions, int factors) => interactions > 0 && interactions <= DualRowSolver.MostInteractions(factors);

    /// <summary>The rows to solve in dual form: which those are depends on a row alone, not on the range or the threads.</summary>
    static ReadOnlySpan<int> ShortRows(InteractionMatrix interactions, int[] heavyFirst, int factors)
    {
        var first = Array.FindIndex(heavyFirst, row => IsShort(interactions.CountOf(row), factors));
        var empty = Array.FindIndex(heavyFirst, row => interactions.CountOf(row) == 0);
        return first < 0 ? [] : heavyFirst.AsSpan(first, (empty < 0 ? heavyFirst.Length : empty) - first);
    }

    /// <summary>Big rows at the end would leave the other threads idle.</summary>
    static int[] HeavyRowsFirst(InteractionMatrix interactions, int firstRow, int count)
    {
        var order = new int[count];
        var weights = new int[count];
        for (var i = 0; i < count; i++)
        {
            order[i] = firstRow + i;
            weights[i] = -interactions.CountOf(firstRow + i);
        }

        Array.Sort(weights, order);
        return order;
    }

    /// <summary>Consecutive ranges of the order with about the same arithmetic in each.</summary>
    static List<Range> Chunks(InteractionMatrix interactions, int[] order, int target, int factors)
    {
        // A row costs an update for each interaction and a factorization, which is worth about f/3 of them.
        long Work(int row) => interactions.CountOf(row) + (IsShort(interactions.CountOf(row), factors) ? 0 : factors / 3) + 1;
        var perChunk = order.Sum(Work) / target;
        var chunks = new List<Range>();
        var (begin, work) = (0, 0L);
        for (var i = 0; i < order.Length; i++)
        {
            work += Work(order[i]);
            if (work > perChunk || i == order.Length - 1)
            {
                chunks.Add(begin..(i + 1));
                (begin, work) = (i + 1, 0);
            }
        }

        return chunks;
    }

    static double Sum(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }

    static double Sum(double[] values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
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
