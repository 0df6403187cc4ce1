namespace BookRec.Engine.Evaluation;

/// <param name="Readers">Rows with a test item.</param>
/// <param name="Metrics">By name, such as <c>ndcg@10</c>.</param>
/// <param name="Coverage">Of the lists of the first cut-off.</param>
/// <param name="PerReader">By metric name, the values in the order of the test rows; for paired comparison of two models on one split.</param>
public sealed record EvaluationResult(
    int Readers, IReadOnlyDictionary<string, MeanMetric> Metrics, double Coverage, IReadOnlyDictionary<string, double[]> PerReader);
