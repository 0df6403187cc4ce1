using BookRec.Engine.Artifacts;
using BookRec.Engine.Content;
using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;
using BookRec.Engine.Ranking;
using MathNet.Numerics.LinearAlgebra;

namespace BookRec.Tests.Engine.Factorization;

public sealed class ColdBooksTests
{
    [Fact]
    public void The_coefficients_solve_the_ridge_regression_for_one_of_the_penalties_tried()
    {
        var (content, factors) = Sample();
        var cold = ColdBooks.Fit(content, factors, 2, default);
        var kernel = Matrix<double>.Build.Dense(60, 60, content.Cosine);
        var targets = Matrix<double>.Build.Dense(60, 20, (book, f) => factors.Row(book)[f] - cold.Mean.Span[f]);
        var coefficients = Matrix<double>.Build.Dense(60, 20, (book, f) => cold.Coefficients.Row(book)[f]);
        var residuals = new[] { 0.1, 0.3, 1, 3, 10 }.Select(penalty =>
            ((kernel + (penalty * Matrix<double>.Build.DenseIdentity(60))) * coefficients - targets).FrobeniusNorm() / targets.FrobeniusNorm());
        Assert.InRange(residuals.Min(), 0, 2e-3);
    }

    [Fact]
    public void A_new_book_lies_near_those_with_its_content_and_one_of_unknown_words_at_the_mean()
    {
        var (content, factors) = Sample();
        var cold = ColdBooks.Fit(content, factors, 2, default);
        var twin = cold.FactorsOf(content.Embed(Samples.Text(3)), content);
        var nearest = Enumerable.Range(0, 60).MinBy(book => Distance(factors.Row(book), twin));
        Assert.True(content.Cosine(3, nearest) > 0.3, $"The nearest is {nearest}.");
        Assert.Equal(cold.Mean.ToArray(), cold.FactorsOf(content.Embed(new("Zyzzyva", [], [], null, null)), content));
    }

    [Fact]
    public void Books_nobody_has_read_teach_nothing_and_threads_do_not_change_the_result()
    {
        var (content, factors) = Sample();
        factors.Row(7).Clear();
        var (one, three) = (ColdBooks.Fit(content, factors, 1, default), ColdBooks.Fit(content, factors, 3, default));
        Assert.Equal(new float[20], one.Coefficients.Row(7).ToArray());
        Assert.Equal(one.Coefficients.Values.ToArray(), three.Coefficients.Values.ToArray());
        Assert.All(ColdBooks.Fit(content, new FactorMatrix(60, 20), 1, default).Coefficients.Values.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_book_that_joins_a_model_is_ranked_by_its_factors_and_they_come_back_from_the_artifact()
    {
        var (model, als, interactions) = Samples.Model();
        var cold = ColdBooks.Fit(model.Content, als.BookFactors, 1, default);
        var mapped = ModelSnapshot.Create(
            "v2", model.Books, als, model.Neighbours, model.Content, BookRec.Engine.Popularity.PopularityModel.Fit(interactions, double.PositiveInfinity), model.Hybrid, cold);
        using var file = new MemoryStream();
        ModelArtifact.Write(mapped, file);
        file.Position = 0;
        var opened = ModelArtifact.Read(file).WithBooks([new(1, Samples.Text(3), 0)]);
        Assert.Equal(cold.Coefficients.Values.ToArray(), opened.ColdBooks!.Coefficients.Values.ToArray());

        var reader = Samples.Reader(opened, new Signal(3, 1));
        var ranked = HybridRanker.Rank(opened, reader, RankingStrategy.Collaborative, _ => true, 100);
        var expected = cold.FactorsOf(opened.Content.VectorOf(60), opened.Content);
        var raw = Enumerable.Range(0, 60).Select(book => Dot(opened.BookFactors.Row(book), reader.Folded.Vector)).ToArray();
        var deviation = Math.Sqrt(raw.Average(score => Math.Pow(score - raw.Average(), 2)));
        var z = (Dot(expected, reader.Folded.Vector) - raw.Average()) / deviation;
        Assert.Equal((1 - opened.Hybrid.NeighbourShare) * z, ranked.Single(book => book.Book == 60).Collaborative, 1e-3);
        Assert.True(ranked.Single(book => book.Book == 60).Collaborative > 0);
    }

    static (ContentIndex Content, FactorMatrix Factors) Sample()
    {
        // Factors that content does say something of: each author and genre has a direction.
        var content = ContentIndex.Fit([.. Enumerable.Range(0, 60).Select(Samples.Text)]);
        var directions = AlsTrainer.InitialFactors(content.Terms, Samples.Options(20));
        var factors = new FactorMatrix(60, 20);
        for (var book = 0; book < 60; book++)
        {
            var vector = content.VectorOf(book);
            foreach (var (i, term) in vector.Terms.Index())
            {
                for (var f = 0; f < 20; f++)
                {
                    factors.Row(book)[f] += vector.Weights[i] * directions.Row(term)[f];
                }
            }
        }

        return (content, factors);
    }

    static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => Math.Sqrt(System.Numerics.Tensors.TensorPrimitives.Distance(a, b));

    static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => System.Numerics.Tensors.TensorPrimitives.Dot(a, b);
}
