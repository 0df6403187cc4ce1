using System.Numerics.Tensors;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Factorization;

/// <summary>
/// The fixed side in the basis of its Gramian's eigenvectors, Y' = YQ with G = QΛQᵀ: there α₀G + λᵤI is diagonal for every row, whatever
/// its λᵤ, which is what <see cref="DualRowSolver"/> lives on. Made once per half-step.
/// </summary>
sealed class DualSide : IDisposable
{
    const int RowsAtOnce = 256;

    // Qᵀ as a right side: back from the eigenvectors' basis.
    readonly PackedMatrix _back;

    // Y', outside the collected heap: as big as the fixed side, and gone with the half-step instead of some time later.
    readonly AlignedBuffer _rotated;

    DualSide(FactorMatrix fixedFactors, float[] unobserved, PackedMatrix back)
    {
        (Rows, Factors, Unobserved, _back) = (fixedFactors.Rows, fixedFactors.Factors, unobserved, back);
        _rotated = AlignedBuffer.Uninitialized(checked(Rows * Factors));
    }

    public int Rows { get; }

    public int Factors { get; }

    /// <summary>Y', row after row.</summary>
    public unsafe float* Rotated => _rotated.Pointer;

    /// <summary>α₀Λ, at least 0.</summary>
    public float[] Unobserved { get; }

    public static DualSide Of(FactorMatrix fixedFactors, FactorMatrix gramian, AlsOptions options)
    {
        var factors = fixedFactors.Factors;
        var eigen = SymmetricEigen.Of(gramian, options.EffectiveThreads);
        var vectors = new FactorMatrix(factors, factors);
        TensorPrimitives.ConvertTruncating<double, float>(eigen.Vectors, vectors.Values);

        // Rounding may leave an eigenvalue of a Gramian a little under 0.
        var unobserved = Array.ConvertAll(eigen.Values, value => (float)(options.UnobservedWeight * Math.Max(0, value)));
        var side = new DualSide(fixedFactors, unobserved, PackedMatrix.Of(vectors));
        using var forth = PackedMatrix.OfTransposed(vectors);
        ByRows(fixedFactors.Rows, options.EffectiveThreads, (first, count) =>
            forth.Multiply(fixedFactors.Values.Slice(first * factors, count * factors), side._rotated.Span[(first * factors)..]));
        return side;
    }

    /// <summary>Takes solved rows back to the basis of the fixed side as it was given.</summary>
    /// <param name="rows">Which rows of the matrix are in the eigenvectors' basis.</param>
    public void Return(FactorMatrix solved, ReadOnlyMemory<int> rows, int threads)
    {
        var factors = solved.Factors;
        ByRows(rows.Length, threads, (first, count) =>
        {
            using var block = AlignedBuffer.Uninitialized(count * factors);
            var some = rows.Span.Slice(first, count);
            for (var i = 0; i < count; i++)
            {
                solved.Row(some[i]).CopyTo(block.Span[(i * factors)..]);
            }

            _back.Multiply(block.Span, block.Span);
            for (var i = 0; i < count; i++)
            {
                block.Span.Slice(i * factors, factors).CopyTo(solved.Row(some[i]));
            }
        });
    }

    public void Dispose()
    {
        _back.Dispose();
        _rotated.Dispose();
    }

    static void ByRows(int rows, int threads, Action<int, int> body)
        => Parallel.For(0, (rows + RowsAtOnce - 1) / RowsAtOnce, new ParallelOptions { MaxDegreeOfParallelism = threads }, block =>
            body(block * RowsAtOnce, Math.Min(RowsAtOnce, rows - (block * RowsAtOnce))));
}
