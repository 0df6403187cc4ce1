using System.Numerics;

namespace BookRec.Engine.LinearAlgebra;

/// <summary>The scores of all books at once: one pass over the factors.</summary>
static unsafe class MatrixVector
{
    const int RowsAtOnce = 4;

    /// <summary>result[r] = matrix.Row(r) · vector.</summary>
    /// <param name="result">At least one number for each row.</param>
    public static void Multiply(FactorMatrix matrix, ReadOnlySpan<float> vector, Span<float> result)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(vector.Length, matrix.Factors);
        ArgumentOutOfRangeException.ThrowIfLessThan(result.Length, matrix.Rows);
        var factors = matrix.Factors;
        fixed (float* values = matrix.Values, x = vector, y = result)
        {
            var row = 0;
            for (; row <= matrix.Rows - RowsAtOnce; row += RowsAtOnce)
            {
                FourRows(values + ((long)row * factors), x, y + row, factors);
            }

            for (; row < matrix.Rows; row++)
            {
                y[row] = VectorKernels.Dot(values + ((long)row * factors), x, factors);
            }
        }
    }

    // Four sums at once hide the latency of the additions, and x is loaded once for four rows.
    static void FourRows(float* rows, float* x, float* result, int factors)
    {
        float* row1 = rows + factors, row2 = row1 + factors, row3 = row2 + factors;
        Vector<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        var i = 0;
        for (; i <= factors - Vector<float>.Count; i += Vector<float>.Count)
        {
            var xs = Vector.Load(x + i);
            sum0 = Vector.FusedMultiplyAdd(Vector.Load(rows + i), xs, sum0);
            sum1 = Vector.FusedMultiplyAdd(Vector.Load(row1 + i), xs, sum1);
            sum2 = Vector.FusedMultiplyAdd(Vector.Load(row2 + i), xs, sum2);
            sum3 = Vector.FusedMultiplyAdd(Vector.Load(row3 + i), xs, sum3);
        }

        result[0] = Vector.Sum(sum0);
        result[1] = Vector.Sum(sum1);
        result[2] = Vector.Sum(sum2);
        result[3] = Vector.Sum(sum3);
        for (; i < factors; i++)
        {
            result[0] += rows[i] * x[i];
            result[1] += row1[i] * x[i];
            result[2] += row2[i] * x[i];
            result[3] += row3[i] * x[i];
        }
    }
}
