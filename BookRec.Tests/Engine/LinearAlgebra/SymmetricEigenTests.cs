using BookRec.Engine.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra;

namespace BookRec.Tests.Engine.LinearAlgebra;

public sealed class SymmetricEigenTests
{
    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 5)]
    [InlineData(7, 40)]
    [InlineData(65, 200)]
    [InlineData(150, 40)]
    public void Values_are_those_of_MathNet_and_vectors_are_orthonormal_and_give_the_matrix_back(int order, int rows)
    {
        var random = new Random(order);
        var matrix = new FactorMatrix(rows, order, [.. Enumerable.Range(0, rows * order).Select(_ => (float)(random.NextDouble() - 0.5))]);
        var gramian = Gramian.Of(matrix, 1);
        using var eigen = SymmetricEigen.Of(gramian, 2);
        var dense = Matrix<double>.Build.Dense(order, order, (i, j) => gramian.Row(i)[j]);
        var vectors = Matrix<double>.Build.Dense(order, order, (i, j) => eigen.Vectors[(i * order) + j]);
        var expected = dense.Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real).Order();
        var scale = eigen.Values.Max();
        Assert.All(expected.Zip(eigen.Values.Order()), pair => Assert.Equal(pair.First, pair.Second, 1e-12 * scale));
        Assert.Equal(0, (vectors * vectors.Transpose() - Matrix<double>.Build.DenseIdentity(order)).Enumerate().Max(Math.Abs), 1e-12);
        var back = vectors.TransposeThisAndMultiply(Matrix<double>.Build.DenseOfDiagonalArray(eigen.Values) * vectors);
        Assert.Equal(0, (back - dense).Enumerate().Max(Math.Abs), 1e-12 * scale);
    }

    [Fact]
    public void A_matrix_that_is_zero_or_diagonal_already_is_taken_as_it_is()
    {
        using var zero = SymmetricEigen.Of(new(5, 5), 1);
        Assert.All(zero.Values, value => Assert.Equal(0, value));
        using var diagonal = SymmetricEigen.Of(new(2, 2, [3, 0, 0, 4]), 1);
        Assert.Equal([3, 4], diagonal.Values);
        Assert.Equal([1, 0, 0, 1], diagonal.Vectors.ToArray().Select(Math.Abs));
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        var gramian = Gramian.Of(AlsFactors(), 1);
        using var one = SymmetricEigen.Of(gramian, 1);
        using var three = SymmetricEigen.Of(gramian, 3);
        Assert.Equal(one.Values, three.Values);
        Assert.Equal(one.Vectors, three.Vectors);

        static FactorMatrix AlsFactors() => BookRec.Engine.Factorization.AlsTrainer.InitialFactors(300, Samples.Options(130));
    }
}
