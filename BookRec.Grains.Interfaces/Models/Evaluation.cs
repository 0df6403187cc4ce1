namespace BookRec.Grains.Interfaces.Models;

/// <summary>A mean over readers with its uncertainty.</summary>
/// <param name="Mean">0 to 1.</param>
/// <param name="StandardError">Standard error of the mean.</param>
[GenerateSerializer, Immutable, Alias("bookrec.Metric")]
public sealed record Metric([property: Id(0)] double Mean, [property: Id(1)] double StandardError);

/// <summary>One model's results on the holdout: full ranking of every unseen book, means over readers.</summary>
/// <param name="Readers">Readers with at least one held-out book.</param>
/// <param name="Metrics">By name and cut-off: <c>precision@10</c>, <c>recall@20</c>, <c>ndcg@10</c>, <c>map@10</c> …, <c>novelty@10</c> in bits, <c>diversity@10</c>.</param>
/// <param name="Coverage">Share of the books that appear in anybody's top 10.</param>
/// <param name="Gini">How unevenly books appear in them: 0 all alike, near 1 the same few for everybody.</param>
[GenerateSerializer, Immutable, Alias("bookrec.Evaluation")]
public sealed record Evaluation(
    [property: Id(0)] int Readers,
    [property: Id(1)] IReadOnlyDictionary<string, Metric> Metrics,
    [property: Id(2)] double Coverage,
    [property: Id(3)] double Gini);
