using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Factorization;

/// <summary>
/// Solves many rows given the fixed side, as <see cref="RowSolver"/> does one: sixteen systems at once where that is faster. Holds scratch
/// memory, so each thread has its own.
/// </summary>
sealed unsafe class RowBatchSolver : IRowSolver
{
    readonly RowSystem _system;
    readonly CholeskyBatch _cholesky;
    readonly int _factors;
    readonly AlignedBuffer _a;
    readonly AlignedBuffer _b;

    /// <param name="fixedFactors">Y; must not move while rows are solved.</param>
    /// <param name="fixedRows">How many rows it has.</param>
    /// <param name="gramian">YᵀY of the whole fixed side.</param>
    public RowBatchSolver(float* fixedFactors, int fixedRows, FactorMatrix gramian, AlsOptions options)
    {
        (_system, _factors) = (new(fixedFactors, fixedRows, gramian, options, cyclic: true), gramian.Factors);
        _cholesky = new(_system.Stride);
        (_a, _b) = (new(CholeskyBatch.Systems * _cholesky.MatrixStride), new(CholeskyBatch.Systems * _system.Stride));
    }

    public void SolveAll(ReadOnlySpan<int> rows, RowsToSolve task)
    {
        for (var first = 0; first < rows.Length; first += CholeskyBatch.Systems)
        {
            SolveBatch(rows[first..], task);
        }
    }

    public void Dispose()
    {
        _system.Dispose();
        _cholesky.Dispose();
        _a.Dispose();
        _b.Dispose();
    }

    /// <param name="rows">The first sixteen are solved; the others come next.</param>
    void SolveBatch(ReadOnlySpan<int> rows, RowsToSolve task)
    {
        var stride = _system.Stride;
        var count = Math.Min(CholeskyBatch.Systems, rows.Length);
        for (var i = 0; i < count; i++)
        {
            _system.Build(
                _a.Pointer + (i * _cholesky.MatrixStride), _b.Pointer + (i * stride), task.ColumnsOf(rows[i]), task.WeightsOf(rows[i]),
                task.ColumnsAfter(rows, i));
        }

        Span<float> gains = stackalloc float[CholeskyBatch.Systems];
        if (!_cholesky.Solve(_a.Pointer, _b.Pointer, gains[..count]))
        {
            throw RowSolver.NotPositiveDefinite();
        }

        for (var i = 0; i < count; i++)
        {
            _b.Span.Slice(i * stride, _factors).CopyTo(task.SolutionOf(rows[i]));
            task.Finish(rows[i], gains[i]);
        }
    }
}
