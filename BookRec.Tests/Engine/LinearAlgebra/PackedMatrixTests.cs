using BookRec.Engine.LinearAlgebra;

namespace BookRec.Tests.Engine.LinearAlgebra;

public sealed class PackedMatrixTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 7, 31)]
    [InlineData(8, 64, 32)]
    [InlineData(9, 5, 33)]
    [InlineData(21, 48, 200)]
    public void A_product_is_what_it_is_number_by_number(int rows, int depth, int columns)
    {
        var random = new Random(rows + depth + columns);
        var (left, right, transposed) = (new FactorMatrix(rows, depth), new FactorMatrix(depth, columns), new FactorMatrix(columns, depth));
        Fill(left, random);
        Fill(right, random);
        for (var k = 0; k < depth; k++)
        {
            for (var column = 0; column < columns; column++)
            {
                transposed.Row(column)[k] = right.Row(k)[column];
            }
        }

        using var packed = PackedMatrix.Of(right.Values, columns);
        using var packedTransposed = PackedMatrix.OfTransposed(transposed.Values, depth);
        foreach (var matrix in new[] { packed, packedTransposed })
        {
            var result = new float[rows * columns];
            matrix.Multiply(left.Values, result);
            for (var row = 0; row < rows; row++)
            {
                for (var column = 0; column < columns; column++)
                {
                    var expected = Enumerable.Range(0, depth).Sum(k => (double)left.Row(row)[k] * right.Row(k)[column]);
                    Assert.Equal(expected, result[(row * columns) + column], 1e-4);
                }
            }
        }
    }

    static void Fill(FactorMatrix matrix, Random random)
    {
        foreach (ref var value in matrix.Values)
        {
            value = (float)((2 * random.NextDouble()) - 1);
        }
    }
}
