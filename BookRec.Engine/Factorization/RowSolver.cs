using System.Buffers;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Factorization;

/// <summary>
/// Solves one row given the fixed side: the system of <see cref="RowSystem"/>, then x ← A⁻¹b by Cholesky. Holds scratch memory, so each
/// thread has its own.
/// </summary>
sealed unsafe class RowSolver : IRowSolver
{
    readonly RowSystem _system;
    readonly MemoryHandle _pinned;
    readonly int _factors;
    readonly AlignedBuffer _a;
    readonly AlignedBuffer _b;

    /// <param name="fixedFactors">Y; must not move while rows are solved.</param>
    /// <param name="fixedRows">How many rows it has.</param>
    /// <param name="gramian">YᵀY of the whole fixed side.</param>
    public RowSolver(float* fixedFactors, int fixedRows, FactorMatrix gramian, AlsOptions options)
    {
        (_system, _factors) = (new(fixedFactors, fixedRows, gramian, options, cyclic: false), gramian.Factors);
        (_a, _b) = (new(_system.Stride * _system.Stride), new(_system.Stride));
    }

    /// <summary>Over a matrix that stays where it is until the solver is disposed of.</summary>
    public RowSolver(FactorMatrix fixedFactors, FactorMatrix gramian, AlsOptions options)
        : this(fixedFactors.Pin(), fixedFactors.Rows, gramian, options)
    {
    }

    RowSolver(MemoryHandle pinned, int fixedRows, FactorMatrix gramian, AlsOptions options)
        : this((float*)pinned.Pointer, fixedRows, gramian, options)
        => _pinned = pinned;

    public void SolveAll(ReadOnlySpan<int> rows, RowsToSolve task)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            task.Finish(rows[i], Solve(task.ColumnsOf(rows[i]), task.WeightsOf(rows[i]), task.SolutionOf(rows[i]), task.ColumnsAfter(rows, i)));
        }
    }

    /// <param name="columns">Rows of the fixed side.</param>
    /// <param name="weights">Of each column, not 0; negative for a dislike.</param>
    /// <param name="solution">x, of length factors.</param>
    /// <param name="nextColumns">Those of the row that comes next, where one does.</param>
    /// <returns>b·x: what the row's part of the loss sank by, from Σ w at x = 0.</returns>
    public double Solve(ReadOnlySpan<int> columns, ReadOnlySpan<float> weights, Span<float> solution, ReadOnlySpan<int> nextColumns = default)
    {
        if (columns.IsEmpty)
        {
            solution.Clear();
            return 0;
        }

        Factorize(columns, weights, nextColumns);
        _b.Span[.._factors].CopyTo(solution);
        fixed (float* x = solution)
        {
            Cholesky.Solve(_a.Pointer, _system.Stride, _factors, x);
            return VectorKernels.Dot(_b.Pointer, x, _factors);
        }
    }

    /// <summary>The factor U of the row's A = UᵀU, stride × stride, and its stride: for many right-hand sides of one row.</summary>
    public (float[] Factor, int Stride) Factor(ReadOnlySpan<int> columns, ReadOnlySpan<float> weights)
    {
        Factorize(columns, weights, []);
        return (_a.Span.ToArray(), _system.Stride);
    }

    public void Dispose()
    {
        _system.Dispose();
        _pinned.Dispose();
        _a.Dispose();
        _b.Dispose();
    }

    void Factorize(ReadOnlySpan<int> columns, ReadOnlySpan<float> weights, ReadOnlySpan<int> nextColumns)
    {
        _system.Build(_a.Pointer, _b.Pointer, columns, weights, nextColumns);
        if (!Cholesky.Factor(_a.Pointer, _system.Stride, _factors))
        {
            throw NotPositiveDefinite();
        }
    }

    internal static ArithmeticException NotPositiveDefinite()
        => new("The system of a row is not positive definite in float arithmetic; Regularization is too small for these weights.");
}
