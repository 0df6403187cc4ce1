using System.Numerics;

namespace BookRec.Engine.LinearAlgebra;

/// <summary>
/// A = UᵀU for a symmetric positive definite matrix of which the upper triangle is stored, and the two triangular solves.
/// Blocked and right-looking (Golub and Van Loan, 2013, section 4.2), so that most of the work is <see cref="SymmetricRankK"/>.
/// </summary>
/// <remarks>Matrices are stride × stride as there; only the first <c>order</c> rows and columns count.</remarks>
static unsafe class Cholesky
{
    const int BlockRows = 8;

    /// <summary>Overwrites the upper triangle of A by U.</summary>
    /// <returns>False when A is not positive definite (in float arithmetic).</returns>
    public static bool Factor(float* a, int stride, int order)
    {
        for (var first = 0; first < order; first += BlockRows)
        {
            var rows = Math.Min(BlockRows, order - first);
            if (!FactorBlock(a, stride, first, rows))
            {
                return false;
            }

            if (first + BlockRows < order)
            {
                SymmetricRankK.Subtract(a, a + (first * stride), stride, BlockRows, first + BlockRows);
            }
        }

        return true;
    }

    /// <summary>b ← A⁻¹b, by Uᵀz = b and then Ux = z; by blocks, since one row at a time would mostly wait for the row before.</summary>
    public static void Solve(float* u, int stride, int order, float* b)
    {
        for (var first = 0; first < order; first += BlockRows)
        {
            SolveTransposedBlock(u + (first * stride) + first, stride, Math.Min(BlockRows, order - first), b + first);
            if (first + BlockRows < order)
            {
                var behind = first + BlockRows;
                VectorKernels.SubtractEightRows(b + behind, u + (first * stride) + behind, stride, b + first, order - behind);
            }
        }

        for (var first = (order - 1) / BlockRows * BlockRows; first >= 0; first -= BlockRows)
        {
            if (first + BlockRows < order)
            {
                var behind = first + BlockRows;
                VectorKernels.SubtractEightDots(b + first, u + (first * stride) + behind, stride, b + behind, order - behind);
            }

            SolveBlock(u + (first * stride) + first, stride, Math.Min(BlockRows, order - first), b + first);
        }
    }

    static void SolveTransposedBlock(float* u, int stride, int rows, float* b)
    {
        for (var row = 0; row < rows; row++)
        {
            var z = b[row] / u[(row * stride) + row];
            b[row] = z;
            for (var later = row + 1; later < rows; later++)
            {
                b[later] -= z * u[(row * stride) + later];
            }
        }
    }

    static void SolveBlock(float* u, int stride, int rows, float* b)
    {
        for (var row = rows - 1; row >= 0; row--)
        {
            var sum = b[row];
            for (var later = row + 1; later < rows; later++)
            {
                sum -= u[(row * stride) + later] * b[later];
            }

            b[row] = sum / u[(row * stride) + row];
        }
    }

    /// <summary>Rows first … first+rows−1 of U, from rows that the blocks above have been subtracted from.</summary>
    static bool FactorBlock(float* a, int stride, int first, int rows)
    {
        // Whole vectors from the one that holds the block's first column; what lies left of the diagonal is never read.
        var begin = first / Vector<float>.Count * Vector<float>.Count;
        for (var row = first; row < first + rows; row++)
        {
            var target = a + (row * stride);
            for (var column = begin; column < stride; column += Vector<float>.Count)
            {
                var sum = Vector.Load(target + column);
                for (var above = first; above < row; above++)
                {
                    var u = a + (above * stride);
                    sum = Vector.FusedMultiplyAdd(new Vector<float>(-u[row]), Vector.Load(u + column), sum);
                }

                sum.Store(target + column);
            }

            var pivot = target[row];
            if (!(pivot > 0) || float.IsInfinity(pivot))
            {
                return false;
            }

            var scale = new Vector<float>(1 / MathF.Sqrt(pivot));
            for (var column = begin; column < stride; column += Vector<float>.Count)
            {
                (Vector.Load(target + column) * scale).Store(target + column);
            }
        }

        return true;
    }
}
