using BookRec.Engine.Evaluation;
using BookRec.Grains.Options;
using BookRec.Grains.Training;

namespace BookRec.Tests.Grains;

public sealed class PromotionGateTests
{
    private static readonly GateOptions Gate = new() { MinimumReaders = 10, ToleratedLoss = 0.02 };

    [Fact]
    public void A_model_better_than_popularity_passes_when_none_serves()
        => Assert.True(PromotionGate.Judge(Gate, Result(0.30, 40), Result(0.10, 40), active: null).Passed);

    [Fact]
    public void A_model_no_better_than_popularity_is_rejected_with_both_figures()
    {
        var verdict = PromotionGate.Judge(Gate, Result(0.10, 40), Result(0.10, 40), active: null);
        Assert.False(verdict.Passed);
        Assert.Equal("ndcg@10 is 0.1000, not above popularity's 0.1000.", verdict.Reason);
    }

    [Fact]
    public void A_model_that_is_no_number_is_rejected()
        => Assert.False(PromotionGate.Judge(Gate, Result(double.NaN, 40), Result(0.10, 40), active: null).Passed);

    [Fact]
    public void Too_few_readers_can_judge_nothing()
        => Assert.Contains("Only 9 readers", PromotionGate.Judge(Gate, Result(0.5, 9), Result(0.1, 9), active: null).Reason, StringComparison.Ordinal);

    [Fact]
    public void A_model_clearly_worse_than_the_active_one_is_rejected()
        => Assert.Contains("worse than the active model's 0.3000", PromotionGate.Judge(Gate, Result(0.20, 40), Result(0.10, 40), Result(0.30, 40)).Reason, StringComparison.Ordinal);

    [Fact]
    public void A_loss_within_the_tolerance_passes()
        => Assert.True(PromotionGate.Judge(Gate, Result(0.297, 40), Result(0.10, 40), Result(0.30, 40)).Passed);

    [Fact]
    public void A_loss_that_may_be_chance_passes()
    {
        // The same means, but readers disagree wildly: the interval of the difference reaches far below the tolerance.
        var candidate = Result([.. Enumerable.Range(0, 12).Select(i => i % 2 == 0 ? 0.0 : 0.5)]);
        var active = Result([.. Enumerable.Range(0, 12).Select(i => i % 2 == 0 ? 0.6 : 0.0)]);
        Assert.True(PromotionGate.Judge(Gate, candidate, Result(0.10, 12), active).Passed);
    }

    private static EvaluationResult Result(double mean, int readers) => Result([.. Enumerable.Repeat(mean, readers)]);

    private static EvaluationResult Result(double[] perReader) => new(
        perReader.Length,
        new Dictionary<string, MeanMetric> { ["ndcg@10"] = new(perReader.Average(), 0) },
        Coverage: 0.1,
        Gini: 0.9,
        new Dictionary<string, double[]> { ["ndcg@10"] = perReader });
}
