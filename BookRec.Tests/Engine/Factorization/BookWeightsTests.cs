using BookRec.Engine.Factorization;

namespace BookRec.Tests.Engine.Factorization;

public sealed class BookWeightsTests
{
    [Fact]
    public void A_choice_of_a_book_that_many_choose_says_less_and_all_choices_together_say_as_much()
    {
        // Book 0 has four readers, book 1 one, book 2 two, book 3 none.
        var interactions = Samples.Rows(4, [0, 1], [0, 2], [0, 2], [0]);
        var weights = BookWeights.Of(interactions, 0.5);
        Assert.Equal(0.5, weights[0] / weights[1], 1e-6);
        Assert.Equal(Math.Sqrt(0.5), weights[2] / weights[1], 1e-6);
        var weighed = interactions.ScaledByColumn(weights);
        Assert.Equal(interactions.Count, Enumerable.Range(0, 4).Sum(row => weighed.WeightsOf(row).ToArray().Sum()), 1e-5);
        Assert.Equal(weights[1], weighed.WeightsOf(0)[1]);
    }

    [Fact]
    public void With_exponent_0_nothing_is_weighed()
    {
        var interactions = Samples.Rows(3, [0, 1], [0]);
        Assert.Empty(BookWeights.Of(interactions, 0));
        Assert.Same(interactions, interactions.ScaledByColumn([]));
    }
}
