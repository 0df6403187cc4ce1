using BookRec.Engine.Evaluation;

namespace BookRec.Tests.Engine.Evaluation;

/// <summary>One list worked out by hand: hits at ranks 1 and 3 of 4, three relevant books.</summary>
public sealed class MetricsTests
{
    static readonly bool[] s_hits = [true, false, true, false];

    [Fact]
    public void Precision_is_the_share_of_the_list_that_is_right()
    {
        Assert.Equal(1.0, Precision.At(1, s_hits));
        Assert.Equal(2 / 3.0, Precision.At(3, s_hits));
        Assert.Equal(0.2, Precision.At(10, s_hits), 1e-12);
    }

    [Fact]
    public void Recall_is_the_share_of_the_relevant_that_is_found()
    {
        Assert.Equal(1 / 3.0, Recall.At(2, s_hits, 3));
        Assert.Equal(2 / 3.0, Recall.At(10, s_hits, 3));
    }

    [Fact]
    public void Ndcg_discounts_by_the_logarithm_of_the_rank()
    {
        // 1/log₂2 + 1/log₂4 = 1.5, of at best 1/log₂2 + 1/log₂3 + 1/log₂4 = 1 + 0.63093 + 0.5.
        Assert.Equal(1.5 / 2.1309297535714573, Ndcg.At(4, s_hits, 3), 1e-12);

        // At 2 only two places can be filled: 1 of 1.63093.
        Assert.Equal(1 / 1.6309297535714573, Ndcg.At(2, s_hits, 3), 1e-12);
        Assert.Equal(1, Ndcg.At(2, [true, true], 5));
    }

    [Fact]
    public void Average_precision_averages_the_precision_at_the_hits()
    {
        // (1/1 + 2/3) / 3.
        Assert.Equal(5 / 9.0, AveragePrecision.At(4, s_hits, 3), 1e-12);
        Assert.Equal(0.5, AveragePrecision.At(2, s_hits, 3), 1e-12);
        Assert.Equal(0, AveragePrecision.At(4, [false, false], 3));
    }

    [Fact]
    public void Coverage_counts_each_book_once()
    {
        var coverage = new Coverage(5);
        coverage.Add([0, 1]);
        coverage.Add([1, 2]);
        Assert.Equal(0.6, coverage.Share);
        Assert.Equal(0, new Coverage(0).Share);
    }

    [Fact]
    public void A_standard_error_is_the_sample_deviation_over_the_root_of_n()
    {
        // Of 1, 2, 3, 6: mean 3, squares 4 + 1 + 0 + 9 = 14, s² = 14/3, and s²/4 = 7/6.
        var metric = MeanMetric.Of([1, 2, 3, 6]);
        Assert.Equal(3, metric.Mean, 1e-12);
        Assert.Equal(Math.Sqrt(7 / 6.0), metric.StandardError, 1e-12);
        Assert.Equal(3 - (1.96 * Math.Sqrt(7 / 6.0)), metric.Confidence95.Low, 1e-12);
        Assert.Equal(new MeanMetric(4, 0), MeanMetric.Of([4]));
        Assert.Equal(default, MeanMetric.Of([]));
    }
}
