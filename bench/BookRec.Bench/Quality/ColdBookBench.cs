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
/// Books held out whole: a tenth of them, by hash, is unknown to the model and joins it as a new book does in serving, by its text alone.
/// Each reader's list is of such books only, and right are those the reader has read, in the train part or the test part.
/// </summary>
static class ColdBookBench
{
    const int MostReaders = 3000;
    const double Share = 0.1;
    const ulong Seed = 4;

    public static IEnumerable<(string Name, EvaluationResult Result)> Judge(
        DataFolder data, Split split, ModelRecipe recipe, int[] cutoffs, int threads, CancellationToken cancellationToken)
    {
        var isCold = Enumerable.Range(0, data.Books.Count).Select(book => SplitKey.Uniform(SplitKey.Of(Seed, data.Books.IdAt(book))) < Share).ToArray();
        int[] warm = [.. Enumerable.Range(0, isCold.Length).Where(book => !isCold[book])], cold = [.. Enumerable.Range(0, isCold.Length).Where(book => isCold[book])];
        var train = Columns(split.Train, warm);
        var model = Model(data, train, warm, recipe, threads, cancellationToken)
            .WithBooks([.. cold.Select(book => new NewBook(data.Books.IdAt(book), data.Texts[book], 0))]);
        var relevant = Columns(data.Interactions, cold);
        var judged = ReaderSample.Of(new(ReaderSample.Only(relevant, _ => false), relevant), MostReaders);
        var ids = new Vocabulary([.. cold.Select(data.Books.IdAt)]);
        foreach (var (name, strategy) in new[] { ("content alone", RankingStrategy.Content), ("factors from content", RankingStrategy.Collaborative), ("hybrid", RankingStrategy.Hybrid) })
        {
            void Score(int row, Span<float> scores)
            {
                var signals = train.ColumnsOf(row).ToArray().Select(book => new Signal(book, 1)).ToArray();
                var all = new float[model.Books.Count];
                HybridRanker.Score(model, new(signals, FoldIn.Solve(model, signals)), strategy, all);
                all.AsSpan(warm.Length).CopyTo(scores);
            }

            yield return (name, Evaluator.Evaluate(judged, ids, Score, cutoffs, threads, cancellationToken));
        }

        var readers = PopularityModel.Fit(Columns(split.Train, cold), double.PositiveInfinity);
        yield return ("popularity, had it been known", Evaluator.Evaluate(judged, ids, RowScorers.Popular(readers), cutoffs, threads, cancellationToken));
    }

    static ModelSnapshot Model(DataFolder data, InteractionMatrix train, int[] books, ModelRecipe recipe, int threads, CancellationToken cancellationToken)
    {
        var content = ContentIndex.Fit([.. books.Select(book => data.Texts[book])]);
        var als = AlsTrainer.Train(train, recipe.Als, null, cancellationToken);
        return ModelSnapshot.Create(
            "bench",
            new([.. books.Select(data.Books.IdAt)]),
            als,
            NeighbourTrainer.Fit(train, recipe.Neighbours, threads, cancellationToken),
            content,
            PopularityModel.Fit(train, double.PositiveInfinity),
            recipe.Hybrid,
            ColdBooks.Fit(content, als.BookFactors, threads, cancellationToken));
    }

    /// <summary>These columns alone, in this order.</summary>
    static InteractionMatrix Columns(InteractionMatrix matrix, int[] columns)
    {
        var to = new Dictionary<int, int>(columns.Index().Select(column => KeyValuePair.Create(column.Item, column.Index)));
        var builder = new InteractionMatrixBuilder(columns.Length);
        for (var row = 0; row < matrix.Rows; row++)
        {
            builder.AddRow([.. matrix.ColumnsOf(row).ToArray().Where(to.ContainsKey).Select(column => new InteractionEntry(to[column], 1))]);
        }

        return builder.Build();
    }
}
