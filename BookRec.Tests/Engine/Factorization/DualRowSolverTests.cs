using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Tests.Engine.Factorization;

public sealed class DualRowSolverTests
{
    [Theory]
    [InlineData(2, 1.0)]
    [InlineData(23, 0.0)]
    [InlineData(64, 1.0)]
    [InlineData(129, 0.5)]
    [InlineData(200, 1.0)]
    public void Short_rows_solve_the_normal_equations_too(int factors, double exponent)
    {
        var density = 0.4 * DualRowSolver.MostInteractions(factors) / 300.0;
        var interactions = Samples.Interactions(50, 300, density, factors, weighted: true);
        var options = Samples.Options(factors) with { RegularizationExponent = exponent, Regularization = 0.05, InitialScale = 1 };
        var books = AlsTrainer.InitialFactors(300, options);
        var users = new FactorMatrix(50, factors);
        AlsHalfStep.Solve(interactions, books, users, options, CancellationToken.None);
        Assert.Contains(Enumerable.Range(0, 50), row => interactions.CountOf(row) is > 0 and var count && count <= DualRowSolver.MostInteractions(factors));
        for (var row = 0; row < 50; row++)
        {
            var error = interactions.CountOf(row) == 0
                ? users.Row(row).ContainsAnyExcept(0) ? 1 : 0
                : NormalEquations.RelativeError(users.Row(row), interactions.ColumnsOf(row), interactions.WeightsOf(row), books, options);
            Assert.True(error < 1e-4, $"Row {row} of {interactions.CountOf(row)} interactions is off by {error:g3}.");
        }
    }

    [Fact]
    public void Both_forms_say_the_same_of_a_row_with_dislikes()
    {
        var options = Samples.Options(40) with { InitialScale = 1 };
        var books = AlsTrainer.InitialFactors(100, options);
        var gramian = Gramian.Of(books, 1);
        int[] columns = [3, 5, 8, 50, 99];
        float[] weights = [1, -0.5f, 2, 0.3f, -1.5f];
        using var side = RotatedSide.Of(books, gramian, 1, inPlace: false);
        using var dual = new DualRowSolver(side, options);
        using var primal = new RowSolver(books, gramian, options);
        var (expected, actual) = (new float[40], new FactorMatrix(1, 40));
        var (gain, dualGain) = (primal.Solve(columns, weights, expected), dual.Solve(columns, weights, actual.Row(0)));
        side.Return(new(Samples.Rows(100, columns), 0, actual), new[] { 0 }, 1);
        Assert.Equal(gain, dualGain, 1e-4);
        Assert.All(Enumerable.Range(0, 40), i => Assert.Equal(expected[i], actual.Row(0)[i], 1e-4));
    }
}
