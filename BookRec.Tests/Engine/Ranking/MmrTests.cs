using BookRec.Engine.Content;
using BookRec.Engine.Ranking;

namespace BookRec.Tests.Engine.Ranking;

public sealed class MmrTests
{
    static readonly ContentIndex s_content = ContentIndex.Fit([.. Enumerable.Range(0, 20).Select(i => Samples.Text(i % 10))]);
    static readonly float[] s_scores = [.. Enumerable.Range(0, 20).Select(i => 20f - i)];
    static readonly int[] s_best = [.. Enumerable.Range(0, 20)];

    [Fact]
    public void Without_diversity_the_order_stays()
        => Assert.Equal(s_best[..8], Mmr.Select(s_best, s_scores, s_content, 0, 8));

    [Fact]
    public void The_first_stays_and_a_copy_of_it_comes_last_of_all_when_only_difference_counts()
    {
        var list = Mmr.Select(s_best, s_scores, s_content, 1, 20);
        Assert.Equal(0, list[0]);
        Assert.Equal(s_best, list.Order());

        // Books 10 … 19 are copies of 0 … 9: none comes before all different ones have.
        Assert.Equal(s_best[..10], list[..10].Select(book => book % 10).Order());
    }

    [Fact]
    public void Each_place_goes_to_the_largest_marginal_relevance()
    {
        var list = Mmr.Select(s_best, s_scores, s_content, 0.4, 6);
        for (var rank = 1; rank < list.Length; rank++)
        {
            double Marginal(int book) => (0.6 * (s_scores[book] - 1) / 19) - (0.4 * list[..rank].Max(before => s_content.Cosine(book, before)));
            Assert.Equal(s_best.Except(list[..rank]).Max(Marginal), Marginal(list[rank]), 1e-9);
        }
    }

    [Fact]
    public void The_ranker_diversifies_as_the_model_says()
    {
        var model = Samples.Model().Model;
        Assert.Equal(0, model.Hybrid.Diversity);
        Assert.Equal("Diversity", Assert.Throws<ArgumentOutOfRangeException>((model.Hybrid with { Diversity = 2 }).Validate).ParamName);
    }
}
