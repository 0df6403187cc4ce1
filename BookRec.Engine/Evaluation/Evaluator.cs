using BookRec.Engine.Data;

namespace BookRec.Engine.Evaluation;

/// <summary>Scores every book for a row of the training part; higher is better. Called from several threads.</summary>
public delegate void RowScorer(int row, Span<float> scores);

/// <summary>A mean over readers.</summary>
public readonly record struct MeanMetric(double Mean, double StandardError);

/// <param name="PerReader">By metric name, the values in the order of the test rows; for paired comparison of two models on one split.</param>
public sealed record EvaluationResult(
    int Readers, IReadOnlyDictionary<string, MeanMetric> Metrics, double Coverage, IReadOnlyDictionary<string, double[]> PerReader);

/// <summary>Full ranking: every book outside the row's training part is a candidate; ties by the smaller book id.</summary>
public static class Evaluator
{
    /// <summary>Metrics are named <c>precision@10</c>, <c>recall@20</c>, <c>ndcg@10</c>, <c>map@10</c> …, for each cut-off.</summary>
    public static EvaluationResult Evaluate(
        Split split, Vocabulary books, RowScorer scorer, IReadOnlyList<int> cutoffs, int threads, CancellationToken cancellationToken)
        => throw new NotImplementedException();

    /// <summary>Mean of the paired differences a − b of one metric, with its standard error.</summary>
    public static MeanMetric PairedDifference(EvaluationResult a, EvaluationResult b, string metric) => throw new NotImplementedException();
}
