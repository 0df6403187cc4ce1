using BookRec.Engine.Evaluation;
using BookRec.Grains.Interfaces.Models;

namespace BookRec.Grains;

/// <summary>Which metrics every model is judged by, and their form in messages.</summary>
public static class Evaluations
{
    public static readonly int[] Cutoffs = [5, 10, 20];

    public static readonly string[] MetricNames = [.. from name in new[] { "precision", "recall", "ndcg", "map" } from k in Cutoffs select $"{name}@{k}"];

    public static Evaluation ToMessage(this EvaluationResult result) => new(
        result.Readers, result.Metrics.ToDictionary(m => m.Key, m => new Metric(m.Value.Mean, m.Value.StandardError)), result.Coverage, result.Gini);
}
