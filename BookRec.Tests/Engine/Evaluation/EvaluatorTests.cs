using BookRec.Engine.Data;
using BookRec.Engine.Evaluation;
using BookRec.Engine.Popularity;

namespace BookRec.Tests.Engine.Evaluation;

public sealed class EvaluatorTests
{
    // Readers of each book in the training part: book 0 three, book 1 two, book 2 two, book 3 none, book 4 one.
    static readonly Split s_split = new(
        Samples.Rows(5, [0, 1], [0, 2], [0, 1, 2, 4], []),
        Samples.Rows(5, [2, 4], [3], [], [1]));

    [Fact]
    public void Most_popular_on_a_tiny_set_gives_the_numbers_worked_out_by_hand()
    {
        var scorer = RowScorers.Popular(PopularityModel.Fit(s_split.Train, double.PositiveInfinity));
        var result = Evaluator.Evaluate(s_split, Samples.Ids(5), scorer, [2], 2, CancellationToken.None);

        // Lists: reader 0 → 2, 4 (both right); reader 1 → 1, 4 (wrong); reader 3 → 0, then book 1 before book 2 by its id (right at 2).
        Assert.Equal(3, result.Readers);
        Assert.Equal([1, 0, 0.5], result.PerReader["precision@2"]);
        Assert.Equal([1, 0, 1], result.PerReader["recall@2"]);
        Assert.Equal([1, 0, 1 / Math.Log2(3)], result.PerReader["ndcg@2"]);
        Assert.Equal([1, 0, 0.5], result.PerReader["map@2"]);
        Assert.Equal(0.5, result.Metrics["precision@2"].Mean, 1e-12);
        Assert.Equal(0.8, result.Coverage, 1e-12);

        // Listed 0, 1, 1, 2, 2 times: (0·−4 + 1·−2 + 1·0 + 2·2 + 2·4) / (5·6). Four rows; read by 3, 2, 2, 0 and 1 of them.
        Assert.Equal(10 / 30.0, result.Gini, 1e-12);
        Assert.Equal([1.5, 1.5, (Math.Log2(4 / 3.0) + 1) / 2], result.PerReader["novelty@2"]);
        Assert.DoesNotContain("diversity@2", result.PerReader.Keys);
    }

    [Fact]
    public void Ties_go_to_the_smaller_id_not_the_smaller_index()
    {
        var split = new Split(Samples.Rows(3, [[]]), Samples.Rows(3, [2]));
        var result = Evaluator.Evaluate(split, new([30, 20, 10]), (_, scores) => scores.Clear(), [1], 1, CancellationToken.None);
        Assert.Equal(1, result.Metrics["recall@1"].Mean);
    }

    [Fact]
    public void Threads_do_not_change_the_result()
    {
        var interactions = Samples.Interactions(100, 50, 0.2, 3);
        var split = Splits.LeaveShareOut(interactions, Samples.Ids(100), Samples.Ids(50), 1, 0.3);
        var scorer = RowScorers.Popular(PopularityModel.Fit(split.Train, double.PositiveInfinity));
        var one = Evaluator.Evaluate(split, Samples.Ids(50), scorer, [10, 20], 1, CancellationToken.None);
        var four = Evaluator.Evaluate(split, Samples.Ids(50), scorer, [10, 20], 4, CancellationToken.None);
        Assert.Equal(one.Coverage, four.Coverage);
        Assert.Equal(one.Metrics, four.Metrics);
    }

    [Fact]
    public void A_paired_difference_is_the_mean_of_the_differences()
    {
        var a = Result(0.5, 0.7, 0.9);
        var b = Result(0.4, 0.7, 0.5);
        var difference = Evaluator.PairedDifference(a, b, "ndcg@10");

        // Differences 0.1, 0, 0.4: mean 1/6, squares 0.0044 + 0.0278 + 0.0544 = 0.0867, over 2 and 3.
        Assert.Equal(1 / 6.0, difference.Mean, 1e-9);
        Assert.Equal(Math.Sqrt(0.26 / 3 / 2 / 3), difference.StandardError, 1e-9);
        Assert.Throws<ArgumentException>(() => Evaluator.PairedDifference(a, Result(1), "ndcg@10"));
        Assert.Throws<ArgumentException>(() => Evaluator.PairedDifference(a, b, "ndcg@11"));
    }

    [Fact]
    public void A_cancelled_evaluation_stops()
        => Assert.ThrowsAny<OperationCanceledException>(
            () => Evaluator.Evaluate(s_split, Samples.Ids(5), (_, _) => { }, [2], 1, new CancellationToken(canceled: true)));

    static EvaluationResult Result(params double[] values)
        => new(values.Length, new Dictionary<string, MeanMetric>(), 0, 0, new Dictionary<string, double[]> { ["ndcg@10"] = values });
}
