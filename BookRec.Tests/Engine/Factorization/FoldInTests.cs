using System.Numerics.Tensors;
using BookRec.Engine.Artifacts;
using BookRec.Engine.Factorization;

namespace BookRec.Tests.Engine.Factorization;

public sealed class FoldInTests
{
    [Fact]
    public void Folding_a_trained_user_in_gives_its_row()
    {
        var (model, als, interactions) = Samples.Model();
        for (var user = 0; user < interactions.Rows; user++)
        {
            var signals = interactions.ColumnsOf(user).ToArray().Zip(interactions.WeightsOf(user).ToArray(), (book, weight) => new Signal(book, weight));
            var folded = FoldIn.Solve(model, [.. signals]);

            // Training may have solved the row in its dual form: the same numbers up to rounding.
            Assert.Equal(als.UserFactors.Row(user).ToArray(), folded.Vector.ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
        }
    }

    [Fact]
    public void Dislikes_solve_the_normal_equations_with_target_minus_one()
    {
        var (model, als, _) = Samples.Model();
        int[] books = [3, 8, 20, 41];
        float[] weights = [1, -0.5f, 2, -1];
        var folded = FoldIn.Solve(model, [.. books.Zip(weights, (book, weight) => new Signal(book, weight))]);
        float[] confidences = [.. books.Zip(weights, (book, weight) => weight * als.BookWeights.Span[book])];
        Assert.True(NormalEquations.RelativeError(folded.Vector, books, confidences, als.BookFactors, als.Options) < 1e-4);
    }

    [Fact]
    public void A_dislike_pushes_the_book_down_and_a_like_pulls_it_up()
    {
        var (model, _, _) = Samples.Model();
        float Score(params Signal[] signals) => TensorPrimitives.Dot(FoldIn.Solve(model, signals).Vector, model.BookFactors.Row(7));

        var before = Score(new Signal(1, 1), new Signal(2, 1));
        Assert.True(Score(new(1, 1), new(2, 1), new(7, -1)) < before);
        Assert.True(Score(new(1, 1), new(2, 1), new(7, 1)) > before);
    }

    [Fact]
    public void Contributions_add_up_to_the_score_and_skip_what_has_no_factors()
    {
        var (trained, _, _) = Samples.Model();
        var model = trained.WithBooks([new NewBook(1, Samples.Text(99), 1)]);
        Signal[] signals = [new(3, 1), new(60, 1), new(8, -0.5f), new(20, 2), new(4, 0)];
        var folded = FoldIn.Solve(model, signals);
        for (var book = 0; book < model.TrainedBooks; book++)
        {
            var contributions = folded.Contributions(book);
            Assert.Equal(signals.Length, contributions.Length);
            Assert.Equal(TensorPrimitives.Dot(folded.Vector, model.BookFactors.Row(book)), contributions.Sum(), 1e-4);
            Assert.Equal((0, 0), (contributions[1], contributions[4]));
        }

        Assert.All(folded.Contributions(60), share => Assert.Equal(0, share));
        Assert.True(folded.Contributions(3)[0] > 0);
        Assert.True(folded.Contributions(8)[2] < 0);
    }

    [Fact]
    public void A_reader_of_whom_nothing_is_known_has_the_zero_vector()
    {
        var (model, _, _) = Samples.Model();
        var folded = FoldIn.Solve(model, []);
        Assert.False(folded.HasFactors);
        Assert.All(folded.Vector.ToArray(), value => Assert.Equal(0, value));
        Assert.Empty(folded.Contributions(0));
        Assert.DoesNotContain(FoldIn.Solve(ModelSnapshot.Empty, []).Vector.ToArray(), value => value != 0);
    }

    [Fact]
    public void Signals_of_unknown_books_or_without_a_finite_weight_are_refused()
    {
        var (model, _, _) = Samples.Model();
        Assert.Throws<ArgumentException>(() => FoldIn.Solve(model, [new(60, 1)]));
        Assert.Throws<ArgumentException>(() => FoldIn.Solve(model, [new(-1, 1)]));
        Assert.Throws<ArgumentException>(() => FoldIn.Solve(model, [new(0, float.NaN)]));
    }
}
