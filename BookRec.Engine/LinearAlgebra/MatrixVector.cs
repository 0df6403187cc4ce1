using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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

        StoreSums(sum0, sum1, sum2, sum3, result);
        for (; i < factors; i++)
        {
            result[0] += rows[i] * x[i];
            result[1] += row1[i] * x[i];
            result[2] += row2[i] * x[i];
            result[3] += row3[i] * x[i];
        }
    }

    /// <summary>Four sums in one go where the machine can add neighbours: one by one they would cost as much as a row of 64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void StoreSums(Vector<float> a, Vector<float> b, Vector<float> c, Vector<float> d, float* result)
    {
        if (Sse3.IsSupported && Vector<float>.Count == Vector256<float>.Count)
        {
            var ab = Sse3.HorizontalAdd(Half(a), Half(b));
            Sse3.HorizontalAdd(ab, Sse3.HorizontalAdd(Half(c), Half(d))).Store(result);
            return;
        }

        (result[0], result[1], result[2], result[3]) = (Vector.Sum(a), Vector.Sum(b), Vector.Sum(c), Vector.Sum(d));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> Half(Vector<float> sums) => sums.AsVector256().GetLower() + sums.AsVector256().GetUpper();
}
