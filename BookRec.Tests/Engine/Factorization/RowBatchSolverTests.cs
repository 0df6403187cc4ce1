using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Tests.Engine.Factorization;

public sealed unsafe class RowBatchSolverTests
{
    [Theory]
    [InlineData(5, 3)]
    [InlineData(16, 16)]
    [InlineData(64, 17)]
    [InlineData(100, 40)]
    public void Rows_in_batches_are_what_they_are_one_by_one(int factors, int rows)
    {
        var interactions = Samples.Interactions(rows, 200, 0.4, factors, weighted: true);
        var options = Samples.Options(factors) with { InitialScale = 1 };
        var books = AlsTrainer.InitialFactors(200, options);
        var gramian = Gramian.Of(books, 1);
        using var pinned = books.Pin();
        using var batches = new RowBatchSolver((float*)pinned.Pointer, books.Rows, gramian, options);
        using var single = new RowSolver((float*)pinned.Pointer, books.Rows, gramian, options);
        var (actual, expected) = (new FactorMatrix(rows, factors), new FactorMatrix(rows, factors));
        var (inBatches, oneByOne) = (new RowsToSolve(interactions, 0, actual), new RowsToSolve(interactions, 0, expected));
        int[] all = [.. Enumerable.Range(0, rows)];
        batches.SolveAll(all, inBatches);
        single.SolveAll(all, oneByOne);
        Assert.All(Enumerable.Range(0, rows), row => Assert.Equal(
            expected.Row(row).ToArray(), actual.Row(row).ToArray(), (a, b) => Math.Abs(a - b) < 1e-5));
        Assert.Equal(oneByOne.Loss, inBatches.Loss, 1e-5 * Math.Abs(oneByOne.Loss));
    }

    [Fact]
    public void A_row_without_a_solution_is_an_error()
    {
        var interactions = Samples.Rows(10, [0, 1], [2]);
        var options = Samples.Options(4);
        var books = new FactorMatrix(10, 4);
        books.Values.Fill(float.NaN);
        var error = Assert.Throws<AggregateException>(() => AlsHalfStep.SolveRows(
            interactions, 0, 2, books, new(4, 4), new(2, 4), options with { Threads = 1 }, CancellationToken.None));
        Assert.IsType<ArithmeticException>(error.InnerException);
    }
}
