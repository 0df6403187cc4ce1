using BookRec.Engine.Artifacts;
using BookRec.Engine.Evaluation;
using BookRec.Engine.Factorization;
using BookRec.Engine.Popularity;
using BookRec.Engine.Ranking;

namespace BookRec.Grains.Training;

/// <summary>
/// Judges models on one split as serving would use them: each reader is folded in from the training part and every other book is ranked by
/// the hybrid.
/// </summary>
public sealed class HoldoutJudge(TrainingData data, Features features, int threads)
{
    public EvaluationResult Judge(ModelSnapshot model, CancellationToken cancellationToken)
    {
        // The active model may know other books: its indices are mapped onto the split's.
        var known = model.WithBooks(
            [.. Enumerable.Range(0, data.Books.Count).Where(b => model.Books.IndexOf(data.Books.IdAt(b)) < 0).Select(b => new NewBook(data.Books.IdAt(b), data.Texts[b], 0))]);
        var indexOf = Enumerable.Range(0, data.Books.Count).Select(b => known.Books.IndexOf(data.Books.IdAt(b))).ToArray();
        return Judge((row, scores) =>
        {
            var books = features.Split.Train.ColumnsOf(row);
            var weights = features.Split.Train.WeightsOf(row);
            var signals = new Signal[books.Length];
            for (var i = 0; i < signals.Length; i++)
                signals[i] = new Signal(indexOf[books[i]], weights[i]);
            var all = new float[known.Books.Count];
            HybridRanker.Score(known, new ReaderProfile(signals, FoldIn.Solve(known, signals)), RankingStrategy.Hybrid, all);
            for (var b = 0; b < indexOf.Length; b++)
                scores[b] = all[indexOf[b]];
        }, cancellationToken);
    }

    public EvaluationResult Judge(PopularityModel popularity, CancellationToken cancellationToken)
        => Judge((_, scores) => popularity.Scores.CopyTo(scores), cancellationToken);

    private EvaluationResult Judge(RowScorer scorer, CancellationToken cancellationToken)
        => Evaluator.Evaluate(features.Split, data.Books, scorer, Evaluations.Cutoffs, threads, cancellationToken, features.Content);
}
