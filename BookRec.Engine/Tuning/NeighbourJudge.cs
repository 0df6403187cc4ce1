using BookRec.Engine.Data;
using BookRec.Engine.Evaluation;
using BookRec.Engine.Neighbours;

namespace BookRec.Engine.Tuning;

/// <summary>
/// What a trial of the item-to-item part is worth on a validation split: NDCG times recall, as for the blend it goes into. Near the best NDCG
/// the penalties hardly matter to it, while recall still differs.
/// </summary>
sealed class NeighbourJudge(Split split, Vocabulary books, TuningOptions options, IProgress<SearchReport>? progress, CancellationToken cancellationToken)
{
    public InteractionMatrix Train => split.Train;

    /// <param name="trial">In words; its NDCG is reported beside them.</param>
    public double Judge(string part, FormattableString trial, BookNeighbours neighbours)
    {
        var metrics = Evaluator.Evaluate(split, books, RowScorers.Neighbours(neighbours, split.Train), [options.Cutoff], options.Threads, cancellationToken).Metrics;
        var ndcg = metrics[options.Metric].Mean;
        progress?.Report(new(part, FormattableString.Invariant(trial), ndcg));
        return ndcg * metrics[$"recall@{options.Cutoff}"].Mean;
    }
}
