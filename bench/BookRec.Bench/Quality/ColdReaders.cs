using BookRec.Engine.Artifacts;
using BookRec.Engine.Data;
using BookRec.Engine.Evaluation;
using BookRec.Engine.Factorization;
using BookRec.Engine.Ranking;
using BookRec.Engine.Tuning;

namespace BookRec.Bench.Quality;

/// <summary>
/// What a list is worth after the first few books of a reader. The same readers and the same test books for every number; the first books
/// are drawn by hash from the reader's train part, and all of that part stays out of the lists.
/// </summary>
static class ColdReaders
{
    const int MostReaders = 3000;
    const ulong Seed = 3;

    static readonly int[] s_known = [0, 1, 3, 5, 10];

    public static IEnumerable<(int Known, string Name, EvaluationResult Result)> Judge(
        ModelSnapshot model, Split split, Vocabulary users, int[] cutoffs, int threads, CancellationToken cancellationToken)
    {
        var judged = ReaderSample.Of(split with { Test = OfReadersWith(split, s_known[^1]) }, MostReaders);
        foreach (var known in s_known)
        {
            foreach (var strategy in known == 0 ? [RankingStrategy.Popular] : new[] { RankingStrategy.Hybrid, RankingStrategy.Collaborative, RankingStrategy.Content })
            {
                void Score(int row, Span<float> scores)
                {
                    var signals = First(split.Train, row, users, model.Books, known);
                    HybridRanker.Score(model, new(signals, FoldIn.Solve(model, signals)), strategy, scores);
                }

                yield return (known, $"{strategy}", Evaluator.Evaluate(judged, model.Books, Score, cutoffs, threads, cancellationToken));
            }
        }
    }

    static Signal[] First(InteractionMatrix train, int row, Vocabulary users, Vocabulary books, int count)
        => [.. train.ColumnsOf(row).ToArray().OrderBy(book => SplitKey.Of(Seed, users.IdAt(row), books.IdAt(book))).Take(count).Select(book => new Signal(book, 1))];

    static InteractionMatrix OfReadersWith(Split split, int books)
    {
        var test = new InteractionMatrixBuilder(split.Test.Columns);
        for (var row = 0; row < split.Test.Rows; row++)
        {
            test.AddRow([.. (split.Train.CountOf(row) < books ? [] : split.Test.ColumnsOf(row)).ToArray().Select(book => new InteractionEntry(book, 1))]);
        }

        return test.Build();
    }
}
