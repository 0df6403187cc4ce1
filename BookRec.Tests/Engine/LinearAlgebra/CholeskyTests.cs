using BookRec.Engine.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra;

namespace BookRec.Tests.Engine.LinearAlgebra;

public sealed unsafe class CholeskyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(21)]
    [InlineData(64)]
    [InlineData(130)]
    public void The_solution_is_the_one_MathNet_finds_in_double(int order)
    {
        var random = new Random(order);
        var rows = Matrix<double>.Build.Dense(2 * order, order, (_, _) => random.NextDouble() - 0.5);
        var matrix = rows.TransposeThisAndMultiply(rows) + Matrix<double>.Build.DenseIdentity(order);
        var right = Vector<double>.Build.Dense(order, _ => random.NextDouble() - 0.5);
        var stride = SymmetricRankK.StrideOf(order);
        using var a = new AlignedBuffer(stride * stride);
        using var b = new AlignedBuffer(stride);
        for (var row = 0; row < order; row++)
        {
            b.Span[row] = (float)right[row];
            for (var column = row; column < order; column++)
            {
                a.Span[(row * stride) + column] = (float)matrix[row, column];
            }
        }

        Assert.True(Cholesky.Factor(a.Pointer, stride, order));
        Cholesky.Solve(a.Pointer, stride, order, b.Pointer);
        var expected = matrix.Cholesky().Solve(right);
        var actual = Vector<double>.Build.Dense(order, i => b.Span[i]);
        Assert.Equal(0, (actual - expected).L2Norm() / expected.L2Norm(), 1e-4);
    }

    [Fact]
    public void A_matrix_that_is_not_positive_definite_is_told()
    {
        using var a = new AlignedBuffer(16 * 16);
        for (var i = 0; i < 16; i++)
        {
            a.Span[i * 17] = i == 11 ? -1 : 1;
        }

        Assert.False(Cholesky.Factor(a.Pointer, 16, 16));
        Assert.True(Cholesky.Factor(a.Pointer, 16, 11));
    }
}
