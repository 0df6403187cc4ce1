using BookRec.Engine.Content;
using BookRec.Engine.Evaluation;

namespace BookRec.Tests.Engine.Evaluation;

/// <summary>Each metric against a value worked out by hand.</summary>
public sealed class BeyondAccuracyTests
{
    [Fact]
    public void Gini_is_0_for_equal_exposure_and_nears_1_when_one_book_has_it_all()
    {
        Assert.Equal(0, GiniOf(4, [0, 1, 2, 3]), 1e-12);

        // (2·4 − 4 − 1)·3 / (4·3)
        Assert.Equal(0.75, GiniOf(4, [2], [2], [2]), 1e-12);
        Assert.Equal(0, GiniOf(4), 1e-12);
    }

    [Fact]
    public void Novelty_is_the_surprise_in_bits()
    {
        // Books read by 4, 2, 1 and 0 of 4 readers: 0, 1, 2 and, as if read once, 2 bits.
        var novelty = new Novelty(Samples.Rows(4, [0, 1, 2], [0, 1], [0], [0]));
        Assert.Equal(0, novelty.Of([0]), 1e-12);
        Assert.Equal(1.5, novelty.Of([1, 2]), 1e-12);
        Assert.Equal(2, novelty.Of([3]), 1e-12);
        Assert.Equal(0, novelty.Of([]), 1e-12);
    }

    [Fact]
    public void Diversity_is_one_less_the_mean_cosine_of_pairs()
    {
        var content = ContentIndex.Fit([.. Enumerable.Range(0, 10).Select(Samples.Text), Samples.Text(3)]);
        Assert.Equal(0, IntraListDiversity.Of([3, 10], content), 1e-6);
        var cosines = content.Cosine(1, 2) + content.Cosine(1, 5) + content.Cosine(2, 5);
        Assert.Equal(1 - (cosines / 3), IntraListDiversity.Of([1, 2, 5], content), 1e-9);
        Assert.Equal(1, IntraListDiversity.Of([4], content));
    }

    static double GiniOf(int books, params int[][] lists)
    {
        var gini = new Gini(books);
        foreach (var list in lists)
        {
            gini.Add(list);
        }

        return gini.Index;
    }
}
