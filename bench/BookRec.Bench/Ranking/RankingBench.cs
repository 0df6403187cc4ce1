using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using BookRec.Engine.Artifacts;
using BookRec.Engine.Content;
using BookRec.Engine.Data;
using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;
using BookRec.Engine.Neighbours;
using BookRec.Engine.Popularity;
using BookRec.Engine.Ranking;
using Spectre.Console;

namespace BookRec.Bench.Ranking;

/// <summary>What one request costs, on one core: medians and how far the middle half of the runs spreads.</summary>
static class RankingBench
{
    const int ShortFactors = 64;
    const int LongFactors = 128;
    const int Books = 10_000;
    const int Wanted = 10;
    const int Seen = 100;
    const int Signals = 200;
    const int TermsOfBook = 30;

    static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1);

    public static void Run(int runs, int manyBooks, FileInfo? json)
    {
        var table = new Table().AddColumns("measured", "median µs", "middle half", "goal");
        var numbers = new JsonObject();
        void Tell(string name, double[] microseconds, string goal)
        {
            var sorted = microseconds.Order().ToArray();
            var (low, high) = (sorted[sorted.Length / 4], sorted[sorted.Length * 3 / 4]);
            table.AddRow(name, Number(BenchOutput.Median(sorted)), $"{Number(low)} … {Number(high)}", goal);
            numbers[name] = new JsonObject { ["median_us"] = BenchOutput.Median(sorted), ["quartile_1_us"] = low, ["quartile_3_us"] = high };
        }

        var few = AlsTrainer.InitialFactors(Books, new() { Factors = ShortFactors });
        Tell($"score and top 10 of {Books:n0} × {ShortFactors}, {Seen} seen", TimeTopTen(few, runs), "90");

        var many = AlsTrainer.InitialFactors(manyBooks, new() { Factors = ShortFactors });
        var fewer = Math.Max(10, runs / 10);
        var read = Time(fewer, () => MemoryRead.Sum(many.Values));
        var exact = TimeTopTen(many, fewer);
        Tell($"reading {manyBooks:n0} × {ShortFactors} once", read, "");
        Tell($"score and top 10 of {manyBooks:n0} × {ShortFactors}", exact, "1.3 × reading");
        var quantized = new QuantizedFactors(many);
        var vectors = AlsTrainer.InitialFactors(fewer, new() { Factors = ShortFactors, Seed = 7 });
        var ids = new Vocabulary([.. Enumerable.Range(0, manyBooks).Select(i => (long)i)]);
        Tell($"the same by bytes, {QuantizedFactors.Candidates} scored again", Time(fewer, run => quantized.Best(vectors.Row(run), ids, Wanted)), "a quarter of exact");
        numbers["quantized_keeps"] = Enumerable.Range(0, fewer).Average(run => Kept(many, quantized, vectors.Row(run), ids));

        var model = Model(LongFactors);
        var signals = Enumerable.Range(0, Signals).Select(i => new Signal(i * 37 % Books, 1)).ToArray();
        Tell($"fold-in of {Signals} interactions, f = {LongFactors}", Time(runs, () => FoldIn.Solve(model, signals)), "150");

        using var file = new MemoryStream();
        ModelArtifact.Write(Model(ShortFactors), file);
        Tell($"opening an artifact of {Books:n0} books, {file.Length / 1e6:f0} MB", Time(Math.Max(5, runs / 20), () =>
        {
            file.Position = 0;
            ModelArtifact.Read(file);
        }), "30,000");
        AnsiConsole.Write(table);
        AnsiConsole.MarkupLineInterpolated($"bytes keep {numbers["quantized_keeps"]!.GetValue<double>():f4} of the exact top 10; exact over reading: {BenchOutput.Median(exact) / BenchOutput.Median(read):f2}");
        BenchOutput.Write(json, numbers);
    }

    static double[] TimeTopTen(FactorMatrix books, int runs)
    {
        var vectors = AlsTrainer.InitialFactors(runs, new() { Factors = books.Factors, Seed = 7 });
        var ids = new Vocabulary([.. Enumerable.Range(0, books.Rows).Select(i => (long)i)]);
        var scores = new float[books.Rows];
        var seen = Enumerable.Range(0, Seen).Select(i => i * 97 % books.Rows).ToHashSet();
        return Time(runs, run =>
        {
            MatrixVector.Multiply(books, vectors.Row(run), scores);
            TopK.Select(scores, ids, book => !seen.Contains(book), Wanted);
        });
    }

    static double Kept(FactorMatrix books, QuantizedFactors quantized, ReadOnlySpan<float> vector, Vocabulary ids)
    {
        var scores = new float[books.Rows];
        MatrixVector.Multiply(books, vector, scores);
        return quantized.Best(vector, ids, Wanted).Intersect(TopK.Select(scores, ids, null, Wanted)).Count() / (double)Wanted;
    }

    static ModelSnapshot Model(int factors)
    {
        var interactions = Training.Synth6m.Generate();
        var ids = new Vocabulary([.. Enumerable.Range(0, Books).Select(i => (long)i)]);
        var content = ContentIndex.Fit([.. Enumerable.Range(0, Books).Select(Text)]);
        var options = new AlsOptions { Factors = factors, Epochs = 1, Threads = Environment.ProcessorCount };
        var als = AlsTrainer.Train(interactions, options, null, CancellationToken.None);
        var neighbours = new NeighbourOptions { Regression = new() { Share = 0 } };
        return ModelSnapshot.Create(
            "bench",
            ids,
            als,
            NeighbourTrainer.Fit(interactions, neighbours, Environment.ProcessorCount, CancellationToken.None),
            content,
            PopularityModel.Fit(interactions, double.PositiveInfinity),
            new(),
            ColdBooks.Fit(content, als.BookFactors, Environment.ProcessorCount, CancellationToken.None));
    }

    /// <summary>Words by a power law, as many as a short description has.</summary>
    static BookText Text(int book)
    {
        var words = Enumerable.Range(0, TermsOfBook).Select(i => $"w{(int)(20_000 * Math.Pow(SplitKey.Uniform(SplitKey.Of(1, book, i)), 3))}");
        return new(string.Join(' ', words), [$"author {book % 4000}"], [$"genre {book % 40}"], 1950 + (book % 70), null);
    }

    static double[] Time(int runs, Action body) => Time(runs, _ => body());

    static double[] Time(int runs, Action<int> body)
    {
        // Long enough for the runtime to compile twice: first with counters, then with what they tell.
        var begin = Stopwatch.GetTimestamp();
        for (var warm = 0; Stopwatch.GetElapsedTime(begin) < s_warmUp; warm++)
        {
            body(warm % runs);
        }

        var times = new double[runs];
        for (var run = 0; run < runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            body(run);
            times[run] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        return times;
    }

    static string Number(double microseconds) => microseconds.ToString(microseconds < 100 ? "n1" : "n0", CultureInfo.InvariantCulture);
}
