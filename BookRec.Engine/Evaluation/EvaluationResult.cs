namespace BookRec.Engine.Evaluation;

/// <param name="Readers">Rows with a test item.</param>
/// <param name="Metrics">By name, such as <c>ndcg@10</c>.</param>
/// <param name="Coverage">Of everybody's list of ten (of the largest cut-off, where that is less).</param>
/// <param name="Gini">Of the same lists.</param>
/// <param name="PerReader">By metric name, the values in the order of the test rows; for paired comparison of two models on one split.</param>
public sealed record EvaluationResult(
    int Readers, IReadOnlyDictionary<string, MeanMetric> Metrics, double Coverage, double Gini, IReadOnlyDictionary<string, double[]> PerReader);
