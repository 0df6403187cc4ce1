using System.Numerics.Tensors;
using BookRec.Engine.Data;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Factorization;

/// <summary>What a half-step reads and writes of a range of rows. Rows are apart from each other, so threads may work on different ones.</summary>
/// <param name="interactions">Rows × rows of the fixed side.</param>
/// <param name="firstRow">The row whose solution is row 0 of <paramref name="solved"/>.</param>
sealed class RowsToSolve(InteractionMatrix interactions, int firstRow, FactorMatrix solved)
{
    readonly double[] _losses = new double[solved.Rows];

    /// <summary>Σ over the rows finished.</summary>
    public double Loss => TensorPrimitives.Sum<double>(_losses);

    public ReadOnlySpan<int> ColumnsOf(int row) => interactions.ColumnsOf(row);

    public ReadOnlySpan<float> WeightsOf(int row) => interactions.WeightsOf(row);

    /// <summary>
    /// The columns of the row after rows[i], or none; those of the row after that are asked for, since rows come by length, in no order the
    /// machine could guess.
    /// </summary>
    public ReadOnlySpan<int> ColumnsAfter(ReadOnlySpan<int> rows, int i)
    {
        if (i + 2 < rows.Length)
        {
            CacheLine.Prefetch(ColumnsOf(rows[i + 2]));
            CacheLine.Prefetch(WeightsOf(rows[i + 2]));
        }

        return i + 1 < rows.Length ? ColumnsOf(rows[i + 1]) : [];
    }

    public Span<float> SolutionOf(int row) => solved.Row(row - firstRow);

    /// <param name="gain">b·x.</param>
    public void Finish(int row, double gain) => _losses[row - firstRow] = TensorPrimitives.Sum(WeightsOf(row)) - gain;
}
