using BookRec.Engine.Data;
using BookRec.Engine.Neighbours;
using MathNet.Numerics.LinearAlgebra;

namespace BookRec.Tests.Engine.Neighbours;

public sealed class LocalRegressionTests
{
    static readonly RegressionOptions s_options = new() { Share = 1, Predictors = 100, ReaderExponent = 0, Ridge = 3, Growth = 0.4 };

    [Fact]
    public void With_all_books_as_predictors_it_is_the_closed_form_of_EASE()
    {
        var interactions = Samples.Interactions(90, 30, 0.5, 3, weighted: true);
        var regression = Fit(interactions, s_options);

        AssertClosedForm(Gram(interactions), regression);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(1)]
    public void A_reader_counts_less_the_more_they_have_read(double exponent)
    {
        var interactions = Samples.Interactions(90, 30, 0.5, 3, weighted: true);
        var regression = Fit(interactions, s_options with { ReaderExponent = exponent });

        // Weighted least squares: G = XᵀDX, D = the sums of the rows to −exponent, times what leaves the trace of G as it was.
        var dense = Dense(interactions);
        var powers = dense.RowSums().Map(sum => Math.Pow(sum, -exponent));
        var gram = dense.TransposeThisAndMultiply(Matrix<double>.Build.DiagonalOfDiagonalVector(powers) * dense);
        gram *= Gram(interactions).Trace() / gram.Trace();
        AssertClosedForm(gram, regression);
    }

    [Fact]
    public void With_few_predictors_each_book_solves_the_ridge_regression_on_those_it_is_nearest_to()
    {
        var interactions = Samples.Interactions(60, 40, 0.2, 5, weighted: true);
        var options = s_options with { Predictors = 6 };
        var regression = Fit(interactions, options);
        var gram = Gram(interactions);
        for (var target = 0; target < 40; target++)
        {
            var nearest = Enumerable.Range(0, 40).Where(book => book != target && gram[book, target] > 0)
                .OrderByDescending(book => gram[book, target] / Math.Sqrt(gram[book, book])).Take(6).Order().ToArray();
            var among = Matrix<double>.Build.Dense(nearest.Length, nearest.Length, (i, j) => gram[nearest[i], nearest[j]]);
            var expected = (among + DiagonalOf(among, options)).Solve(Vector<double>.Build.Dense(nearest.Length, i => gram[nearest[i], target]));
            Assert.Equal(nearest, Enumerable.Range(0, 40).Where(source => regression.Strength(source, target) != 0));
            Assert.All(nearest.Index(), source => Assert.Equal(expected[source.Index], regression.Strength(source.Item, target), 1e-4));
        }
    }

    [Fact]
    public void Of_two_books_that_are_always_read_together_neither_speaks_twice()
    {
        // Book 2 follows from 0 alone; 1 is a copy of 0 that counting would believe as much again.
        var rows = Enumerable.Range(0, 30).Select(user => user % 3 == 0 ? new[] { 0, 1, 2 } : user % 3 == 1 ? [0, 1] : [3]).ToArray();
        var interactions = Samples.Rows(4, rows);
        var regression = Fit(interactions, s_options with { Ridge = 0.01, Growth = 0 });
        Assert.Equal(0.5, regression.Strength(0, 2) + regression.Strength(1, 2), 1e-2);
        Assert.Equal(regression.Strength(0, 2), regression.Strength(1, 2), 1e-3);
    }

    [Fact]
    public void The_result_depends_neither_on_the_number_of_threads_nor_on_the_penalties_beside_it()
    {
        var interactions = Samples.Interactions(200, 150, 0.1, 4, weighted: true);
        var options = s_options with { Predictors = 20 };
        var one = LocalRegression.Fit(interactions, [options], 1, default)[0];
        var among = LocalRegression.Fit(interactions, [options with { Ridge = 70 }, options], 3, default)[1];
        for (var book = 0; book < 150; book++)
        {
            Assert.Equal(one.Of(book).ToArray(), among.Of(book).ToArray());
            Assert.Equal(one.StrengthsOf(book).ToArray(), among.StrengthsOf(book).ToArray());
        }
    }

    [Fact]
    public void The_mixture_has_the_share_of_each_half_that_was_asked_for()
    {
        var interactions = Samples.Interactions(100, 40, 0.2, 6, weighted: true);
        var options = new NeighbourOptions { Neighbours = 5, Regression = s_options with { Predictors = 10, Share = 0.3 } };
        var together = NeighbourTrainer.Fit(interactions, options with { Regression = new() { Share = 0 } }, 2, default);
        var regression = Fit(interactions, options.Regression);
        var mixture = NeighbourTrainer.Fit(interactions, options, 2, default);
        var (a, b) = (0.7 / Norm(together), 0.3 / Norm(regression));
        for (var source = 0; source < 40; source++)
        {
            for (var target = 0; target < 40; target++)
            {
                Assert.Equal((a * together.Strength(source, target)) + (b * regression.Strength(source, target)), mixture.Strength(source, target), 1e-6);
            }
        }

        static double Norm(BookNeighbours part)
            => Math.Sqrt(Enumerable.Range(0, part.Books).Sum(book => part.StrengthsOf(book).ToArray().Sum(s => (double)s * s)));
    }

    /// <summary>Steck (2019): B = I − P·diag(1/P), P = (G + λI + δ·diag G)⁻¹, zero on the diagonal.</summary>
    static void AssertClosedForm(Matrix<double> gram, BookNeighbours regression)
    {
        var inverse = (gram + DiagonalOf(gram, s_options)).Inverse();
        for (var target = 0; target < gram.RowCount; target++)
        {
            for (var source = 0; source < gram.RowCount; source++)
            {
                var expected = source == target ? 0 : -inverse[source, target] / inverse[target, target];
                Assert.Equal(expected, regression.Strength(source, target), 1e-4);
            }
        }
    }

    static BookNeighbours Fit(InteractionMatrix interactions, RegressionOptions options) => LocalRegression.Fit(interactions, [options], 2, default)[0];

    static Matrix<double> Gram(InteractionMatrix interactions)
    {
        var dense = Dense(interactions);
        return dense.TransposeThisAndMultiply(dense);
    }

    static Matrix<double> Dense(InteractionMatrix interactions)
    {
        var dense = Matrix<double>.Build.Dense(interactions.Rows, interactions.Columns);
        for (var row = 0; row < interactions.Rows; row++)
        {
            foreach (var (i, column) in interactions.ColumnsOf(row).ToArray().Index())
            {
                dense[row, column] = interactions.WeightsOf(row)[i];
            }
        }

        return dense;
    }

    static Matrix<double> DiagonalOf(Matrix<double> gram, RegressionOptions options)
        => Matrix<double>.Build.DiagonalOfDiagonalVector((gram.Diagonal() * options.Growth) + options.Ridge);
}
