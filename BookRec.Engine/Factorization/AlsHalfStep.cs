using BookRec.Engine.Data;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Factorization;

/// <summary>
/// Half an epoch: every row of one side solved against the other side. Called twice, with the roles swapped. Rows do not depend on each
/// other, so the result is the same to the last bit for any number of threads and any division into ranges of rows.
/// </summary>
public static unsafe class AlsHalfStep
{
    // Up to so many factors even the shortest row is solved sooner in a batch than in its dual form.
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
        return SolveHalf(interactions, fixedFactors, solved, options, spoilFixed: false, cancellationToken);
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
        return SolveRows(new(interactions, firstRow, solved), RowOrder.Of(interactions, firstRow, count), fixedFactors, gramian, options, false, cancellationToken);
    }

    /// <param name="spoilFixed">
    /// Whether the fixed side may be left in another basis, in which only products of its rows with each other stay what they were. Saves a
    /// copy of it; the solved side is the same to the last bit.
    /// </param>
    internal static double SolveHalf(
        InteractionMatrix interactions,
        FactorMatrix fixedFactors,
        FactorMatrix solved,
        AlsOptions options,
        bool spoilFixed,
        CancellationToken cancellationToken)
    {
        var gramian = Gramian.Of(fixedFactors, options.EffectiveThreads);
        CheckShapes(interactions, 0, interactions.Rows, fixedFactors, gramian, solved);
        return SolveRows(new(interactions, 0, solved), RowOrder.Of(interactions, 0, interactions.Rows), fixedFactors, gramian, options, spoilFixed, cancellationToken);
    }

    static double SolveRows(
        RowsToSolve task,
        RowOrder order,
        FactorMatrix fixedFactors,
        FactorMatrix gramian,
        AlsOptions options,
        bool spoilFixed,
        CancellationToken cancellationToken)
    {
        var (factors, threads, mostOfShort) = (fixedFactors.Factors, options.EffectiveThreads, MostOfShort(fixedFactors.Factors));
        foreach (var row in order.Empty.Span)
        {
            task.SolutionOf(row).Clear();
        }

        // Long rows are solved in the eigenvectors' basis too, so that one copy of the fixed side is enough.
        using var pinned = fixedFactors.Pin();
        using var rotated = mostOfShort > 0 ? RotatedSide.Of(fixedFactors, gramian, threads, spoilFixed) : null;
        var y = rotated is null ? (float*)pinned.Pointer : rotated.Values;
        var g = rotated?.Gramian ?? gramian;

        // A long row costs an update for each interaction and a factorization, which is worth about f/3 of them.
        var longChunks = order.Chunks(mostOfShort, int.MaxValue, threads, factors / 3);
        ReadOnlyMemory<int>[] chunks = [.. longChunks, .. order.Chunks(0, mostOfShort, threads, 0)];
        var nextChunk = -1;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        Parallel.For(0, threads, parallel, _ =>
        {
            using IRowSolver longSolver = CholeskyBatch.Pays(factors)
                ? new RowBatchSolver(y, fixedFactors.Rows, g, options)
                : new RowSolver(y, fixedFactors.Rows, g, options);
            using var shortSolver = rotated is null ? null : new DualRowSolver(rotated, options);
            for (var chunk = Interlocked.Increment(ref nextChunk); chunk < chunks.Length; chunk = Interlocked.Increment(ref nextChunk))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var solver = chunk < longChunks.Count ? longSolver : shortSolver!;
                solver.SolveAll(chunks[chunk].Span, task);
            }
        });
        rotated?.Return(task, order.NotEmpty, threads);
        return task.Loss;
    }

    /// <summary>
    /// Rows with up to so many interactions are solved in their dual form, 0 for none: a rule that knows the number of factors alone, so
    /// that every range of rows goes by it.
    /// </summary>
    static int MostOfShort(int factors)
    {
        if (!CholeskyBatch.Pays(factors))
        {
            return DualRowSolver.MostInteractions(factors);
        }

        return factors > FewFactors ? factors / 2 : 0;
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
