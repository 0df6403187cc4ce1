using System.Buffers;
using System.Numerics.Tensors;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Factorization;

/// <summary>
/// The fixed side in the basis of its Gramian's eigenvectors, Y' = YQ with G = QΛQᵀ: there α₀G + λᵤI is diagonal for every row, whatever
/// its λᵤ, which is what <see cref="DualRowSolver"/> lives on. Made once per half-step.
/// </summary>
sealed unsafe class RotatedSide : IDisposable
{
    const int RowsAtOnce = 64;

    // Outside the collected heap: as big as the fixed side, and gone with the half-step instead of some time later.
    readonly AlignedBuffer? _copy;
    readonly MemoryHandle _pinned;

    // Qᵀ as a right side: back from the eigenvectors' basis.
    readonly PackedMatrix _back;

    RotatedSide(FactorMatrix fixedFactors, double[] eigenvalues, PackedMatrix back, bool inPlace)
    {
        (Rows, Factors, _back) = (fixedFactors.Rows, fixedFactors.Factors, back);
        Gramian = new(Factors, Factors);
        for (var i = 0; i < Factors; i++)
        {
            // Rounding may leave an eigenvalue of a Gramian a little under 0.
            Gramian.Row(i)[i] = (float)Math.Max(0, eigenvalues[i]);
        }

        if (inPlace)
        {
            _pinned = fixedFactors.Pin();
            Values = (float*)_pinned.Pointer;
        }
        else
        {
            _copy = AlignedBuffer.Uninitialized(checked(Rows * Factors));
            Values = _copy.Pointer;
        }
    }

    public int Rows { get; }

    public int Factors { get; }

    /// <summary>Y', row after row.</summary>
    public float* Values { get; }

    /// <summary>Λ, factors × factors.</summary>
    public FactorMatrix Gramian { get; }

    /// <param name="inPlace">Whether the fixed side itself is rotated, instead of a copy.</param>
    public static RotatedSide Of(FactorMatrix fixedFactors, FactorMatrix gramian, int threads, bool inPlace)
    {
        var factors = fixedFactors.Factors;
        using var eigen = SymmetricEigen.Of(gramian, threads);
        using var vectors = AlignedBuffer.Uninitialized(factors * factors);
        TensorPrimitives.ConvertTruncating<double, float>(eigen.Vectors, vectors.Span);
        var side = new RotatedSide(fixedFactors, eigen.Values, PackedMatrix.Of(vectors.Span, factors), inPlace);
        using var forth = PackedMatrix.OfTransposed(vectors.Span, factors);
        ByRows(fixedFactors.Rows, threads, (first, count) => forth.Multiply(
            fixedFactors.Values.Slice(first * factors, count * factors), new(side.Values + ((long)first * factors), count * factors)));
        return side;
    }

    /// <summary>Takes solved rows back to the basis of the fixed side as it was given.</summary>
    /// <param name="rows">Which rows are in the eigenvectors' basis.</param>
    public void Return(RowsToSolve task, ReadOnlyMemory<int> rows, int threads) => ByRows(rows.Length, threads, (first, count) =>
    {
        using var block = AlignedBuffer.Uninitialized(count * Factors);
        var some = rows.Span.Slice(first, count);
        for (var i = 0; i < count; i++)
        {
            task.SolutionOf(some[i]).CopyTo(block.Span[(i * Factors)..]);
        }

        _back.Multiply(block.Span, block.Span);
        for (var i = 0; i < count; i++)
        {
            block.Span.Slice(i * Factors, Factors).CopyTo(task.SolutionOf(some[i]));
        }
    });

    public void Dispose()
    {
        _back.Dispose();
        _copy?.Dispose();
        _pinned.Dispose();
    }

    static void ByRows(int rows, int threads, Action<int, int> body)
        => Parallel.For(0, (rows + RowsAtOnce - 1) / RowsAtOnce, new ParallelOptions { MaxDegreeOfParallelism = threads }, block =>
            body(block * RowsAtOnce, Math.Min(RowsAtOnce, rows - (block * RowsAtOnce))));
}
