using BookRec.Engine.Artifacts;
using BookRec.Engine.Content;
using BookRec.Engine.Data;
using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;
using BookRec.Engine.Neighbours;
using BookRec.Engine.Popularity;
using BookRec.Engine.Ranking;

namespace BookRec.Tests.Engine;

/// <summary>Small inputs, the same for the same seed.</summary>
static class Samples
{
    static readonly string[] s_words = ["dragon", "night", "river", "house", "winter", "king", "garden", "stone", "letters", "sea"];

    public static InteractionMatrix Interactions(int rows, int columns, double density, int seed, bool weighted = false, bool days = false)
    {
        var random = new Random(seed);
        var builder = new InteractionMatrixBuilder(columns);
        for (var row = 0; row < rows; row++)
        {
            builder.AddRow(
            [
                .. Enumerable.Range(0, columns).Where(_ => random.NextDouble() < density).Select(column => new InteractionEntry(
                    column, weighted ? 0.25f + (float)random.NextDouble() : 1, days ? random.Next(0, 20000) : 0)),
            ]);
        }

        return builder.Build();
    }

    public static InteractionMatrix Rows(int columns, params int[][] rows)
    {
        var builder = new InteractionMatrixBuilder(columns);
        foreach (var row in rows)
        {
            builder.AddRow([.. row.Select(column => new InteractionEntry(column, 1))]);
        }

        return builder.Build();
    }

    public static Vocabulary Ids(int count, long first = 1) => new([.. Enumerable.Range(0, count).Select(i => first + i)]);

    public static BookText Text(int seed)
    {
        var random = new Random(seed);
        string Word() => s_words[random.Next(s_words.Length)];
        return new($"{Word()} {Word()}", [$"Author {random.Next(5)}"], [$"genre {random.Next(4)}"], 1950 + random.Next(70), null);
    }

    public static AlsOptions Options(int factors = 8) => new() { Factors = factors, Epochs = 3, Threads = 2, Regularization = 0.02 };

    /// <summary>A trained model whose ids run against the indices, so that a mix-up of the two shows.</summary>
    public static (ModelSnapshot Model, AlsModel Als, InteractionMatrix Interactions) Model(
        int users = 40, int books = 60, int seed = 1, HybridOptions? hybrid = null, string version = "v1")
    {
        var interactions = Interactions(users, books, 0.2, seed, weighted: true);
        var als = AlsTrainer.Train(interactions, Options() with { PopularityExponent = 0.3 }, null, CancellationToken.None);
        var ids = new Vocabulary([.. Enumerable.Range(0, books).Select(i => 10_000L - i)]);
        var content = ContentIndex.Fit([.. Enumerable.Range(0, books).Select(Text)]);
        var neighbours = NeighbourTrainer.Fit(interactions, new() { Neighbours = 20 }, 2, CancellationToken.None);
        var model = ModelSnapshot.Create(version, ids, als, neighbours, content, PopularityModel.Fit(interactions, double.PositiveInfinity), hybrid ?? new HybridOptions());
        return (model, als, interactions);
    }

    public static ReaderProfile Reader(ModelSnapshot model, params Signal[] signals) => new(signals, FoldIn.Solve(model, signals));

    /// <summary>A copy of the values.</summary>
    public static FactorMatrix Copy(FactorMatrix matrix) => new(matrix.Rows, matrix.Factors, matrix.Values.ToArray());
}
