using BookRec.Engine.Artifacts;
using BookRec.Engine.Content;
using BookRec.Engine.Data;
using BookRec.Engine.Evaluation;
using BookRec.Engine.Factorization;
using BookRec.Engine.Neighbours;
using BookRec.Engine.Popularity;
using BookRec.Engine.Ranking;
using BookRec.Engine.Tuning;

namespace BookRec.Bench.Quality;

/// <summary>
/// Readers held out whole: what a list is worth after the first few books of somebody the model has not been trained with. The same readers
/// for every number; the first books are drawn by hash, and everything else they have read is to be found.
/// </summary>
static class ColdReaders
{
    const int MostReaders = 3000;
    const double Share = 0.1;
    const ulong Seed = 3;

    static readonly int[] s_known = [0, 1, 3, 5, 10];

    public static IEnumerable<(int Known, string Name, EvaluationResult Result)> Judge(
        DataFolder data, Split split, ContentIndex content, ModelRecipe recipe, int[] cutoffs, int threads, CancellationToken cancellationToken)
    {
        var isCold = Enumerable.Range(0, data.Users.Count).Select(user => SplitKey.Uniform(SplitKey.Of(Seed, data.Users.IdAt(user))) < Share).ToArray();
        var train = ReaderSample.Only(split.Train, row => !isCold[row]);
        var model = ModelSnapshot.Create(
            "bench",
            data.Books,
            AlsTrainer.Train(train, recipe.Als, null, cancellationToken),
            NeighbourTrainer.Fit(train, recipe.Neighbours, threads, cancellationToken),
            content,
            PopularityModel.Fit(train, double.PositiveInfinity),
            recipe.Hybrid);
        var judged = ReaderSample.Of(split with { Test = ReaderSample.Only(split.Test, row => isCold[row] && split.Train.CountOf(row) > s_known[^1]) }, MostReaders);
        foreach (var known in s_known)
        {
            var cut = ReaderSample.CutShort(judged, known);
            foreach (var strategy in known == 0 ? [RankingStrategy.Popular] : Enum.GetValues<RankingStrategy>())
            {
                void Score(int row, Span<float> scores)
                {
                    var signals = cut.Train.ColumnsOf(row).ToArray().Select(book => new Signal(book, 1)).ToArray();
                    if (strategy == RankingStrategy.Popular)
                        model.Popularity.CopyTo(scores);
                    else
                        HybridRanker.Score(model, new(signals, FoldIn.Solve(model, signals)), strategy, scores);
                }

                yield return (known, $"{strategy}", Evaluator.Evaluate(cut, model.Books, Score, cutoffs, threads, cancellationToken));
            }
        }
    }
}
