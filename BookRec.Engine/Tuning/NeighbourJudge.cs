using BookRec.Engine.Data;
using BookRec.Engine.Evaluation;
using BookRec.Engine.Neighbours;

namespace BookRec.Engine.Tuning;

/// <summary>What a trial of the item-to-item part comes to on a validation split.</summary>
sealed class NeighbourJudge(Split split, Vocabulary books, TuningOptions options, IProgress<SearchReport>? progress, CancellationToken cancellationToken)
{
    public InteractionMatrix Train => split.Train;

    /// <param name="trial">In words, to be reported with the score.</param>
    public double Judge(string part, FormattableString trial, BookNeighbours neighbours)
    {
        var scorer = RowScorers.Neighbours(neighbours, split.Train);
        var score = Evaluator.Evaluate(split, books, scorer, [options.Cutoff], options.Threads, cancellationToken).Metrics[options.Metric].Mean;
        progress?.Report(new(part, FormattableString.Invariant(trial), score));
        return score;
    }
}
