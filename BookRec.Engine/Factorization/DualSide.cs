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

    DualSide(FactorMatrix rotated, float[] unobserved, PackedMatrix back) => (Rotated, Unobserved, _back) = (rotated, unobserved, back);

    /// <summary>Y'.</summary>
    public FactorMatrix Rotated { get; }

    /// <summary>α₀Λ, at least 0.</summary>
    public float[] Unobserved { get; }

    public static DualSide Of(FactorMatrix fixedFactors, FactorMatrix gramian, AlsOptions options)
    {
        var factors = fixedFactors.Factors;
        var eigen = SymmetricEigen.Of(gramian, options.EffectiveThreads);
        var (vectors, transposed) = (new FactorMatrix(factors, factors), new FactorMatrix(factors, factors));
        for (var value = 0; value < factors; value++)
        {
            for (var i = 0; i < factors; i++)
            {
                vectors.Row(i)[value] = transposed.Row(value)[i] = (float)eigen.Vectors[(value * factors) + i];
            }
        }

        // Rounding may leave an eigenvalue of a Gramian a little under 0.
        var unobserved = Array.ConvertAll(eigen.Values, value => (float)(options.UnobservedWeight * Math.Max(0, value)));
        var rotated = new FactorMatrix(fixedFactors.Rows, factors);
        using var forth = PackedMatrix.Of(vectors);
        ByRows(fixedFactors.Rows, options.EffectiveThreads, (first, count) =>
            forth.Multiply(fixedFactors.Values.Slice(first * factors, count * factors), rotated.Values[(first * factors)..]));
        return new(rotated, unobserved, PackedMatrix.Of(transposed));
    }

    /// <summary>Takes solved rows back to the basis of the fixed side as it was given.</summary>
    /// <param name="rows">Which rows of the matrix are in the eigenvectors' basis.</param>
    public void Return(FactorMatrix solved, ReadOnlyMemory<int> rows, int threads)
    {
        var factors = solved.Factors;
        ByRows(rows.Length, threads, (first, count) =>
        {
            var block = new float[count * factors];
            var some = rows.Span.Slice(first, count);
            for (var i = 0; i < count; i++)
            {
                solved.Row(some[i]).CopyTo(block.AsSpan(i * factors));
            }

            var returned = new float[count * factors];
            _back.Multiply(block, returned);
            for (var i = 0; i < count; i++)
            {
                returned.AsSpan(i * factors, factors).CopyTo(solved.Row(some[i]));
            }
        });
    }

    public void Dispose() => _back.Dispose();

    static void ByRows(int rows, int threads, Action<int, int> body)
        => Parallel.For(0, (rows + RowsAtOnce - 1) / RowsAtOnce, new ParallelOptions { MaxDegreeOfParallelism = threads }, block =>
            body(block * RowsAtOnce, Math.Min(RowsAtOnce, rows - (block * RowsAtOnce))));
}
