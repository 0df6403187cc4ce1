using BookRec.Engine.LinearAlgebra;

namespace BookRec.Tests.Engine.LinearAlgebra;

public sealed class MatrixVectorTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 64)]
    [InlineData(7, 13)]
    [InlineData(103, 100)]
    public void The_product_is_that_of_the_definition(int rows, int factors)
    {
        var random = new Random(rows);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
        var (matrix, vector, result) = (new FactorMatrix(rows, factors, Numbers(rows * factors)), Numbers(factors), new float[rows]);
        MatrixVector.Multiply(matrix, vector, result);
        for (var row = 0; row < rows; row++)
        {
            var expected = Enumerable.Range(0, factors).Sum(i => (double)matrix.Row(row)[i] * vector[i]);
            Assert.Equal(expected, result[row], 1e-4);
        }
    }
}
