using System.Diagnostics;
using System.Globalization;
using BookRec.Engine.Content;
using BookRec.Engine.Data;
using BookRec.Engine.Evaluation;
using BookRec.Engine.Factorization;
using BookRec.Engine.Neighbours;
using BookRec.Engine.Popularity;
using BookRec.Engine.Tuning;
using Spectre.Console;

namespace BookRec.Bench.Quality;

/// <summary>
/// Chooses hyperparameters on a validation part of the training part, refits on all of the training part, and judges by the test part,
/// which nothing was chosen on.
/// </summary>
static class QualityBench
{
    public const double TestShare = 0.2;
    public const ulong TestSeed = 1;
    const ulong ValidationSeed = 2;

    // Of the side tables: enough to tell what matters.
    const int MostReaders = 3000;

    static readonly int[] s_cutoffs = [10, 20];
    static readonly double[] s_diversities = [0, 0.1, 0.3, 0.5];

    public static void Run(DirectoryInfo folder, TuningOptions tuning, FileInfo? json, CancellationToken cancellationToken)
    {
        var data = DataFolder.Read(folder);
        var split = data.FixedSplit ?? Splits.LeaveShareOut(data.Interactions, data.Users, data.Books, TestSeed, TestShare);
        AnsiConsole.MarkupLineInterpolated(
            $"{data.Name}: {data.Users.Count} readers, {data.Books.Count} books, {split.Train.Count} interactions to learn from, {split.Test.Count} to judge by");
        var content = Timed(() => ContentIndex.Fit(data.Texts));
        var popularity = Timed(() => PopularityModel.Fit(split.Train, double.PositiveInfinity));
        var start = Stopwatch.GetTimestamp();
        var chosen = Choose(data, split, content.Model, tuning, cancellationToken);
        var searchSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var als = Timed(() => AlsTrainer.Train(split.Train, chosen.Als, null, cancellationToken));

        var byFactors = RowScorers.Collaborative(als.Model);
        var neighbours = Timed(() => NeighbourTrainer.Fit(split.Train, chosen.Neighbours, tuning.Threads, cancellationToken));
        var byNeighbours = RowScorers.Neighbours(neighbours.Model, split.Train);
        var byContent = RowScorers.Content(content.Model, split.Train);
        var hybrid = RowScorers.Hybrid(byFactors, byNeighbours, byContent, popularity.Model, split.Train, chosen.Hybrid);
        (string Name, BlockScorer Scorer, double Seconds)[] models =
        [
            ("popularity", RowScorers.OneByOne(RowScorers.Popular(popularity.Model)), popularity.Seconds),
            ("content", RowScorers.OneByOne(byContent), content.Seconds),
            ("neighbours", RowScorers.OneByOne(byNeighbours), neighbours.Seconds),
            ("als", byFactors, als.Seconds),
            ("hybrid", hybrid, als.Seconds + neighbours.Seconds + content.Seconds + popularity.Seconds),
        ];
        var report = new QualityReport(data, split, chosen, searchSeconds);
        foreach (var (name, scorer, seconds) in models)
        {
            AnsiConsole.MarkupLineInterpolated($"[grey]{name} is being judged …[/]");
            report.Add(name, Evaluator.EvaluateBlocks(split, data.Books, scorer, s_cutoffs, tuning.Threads, cancellationToken, content.Model), seconds);
        }

        AnsiConsole.MarkupLine("[grey]diversity, cold readers and cold books are being judged …[/]");
        var sample = ReaderSample.Of(split, MostReaders);
        foreach (var diversity in s_diversities)
        {
            var diversified = RowScorers.Diversified(hybrid, split.Train, data.Books, content.Model, diversity, s_cutoffs[^1]);
            report.AddSide(
                string.Create(CultureInfo.InvariantCulture, $"diversity {diversity}"),
                "hybrid",
                Evaluator.EvaluateBlocks(sample, data.Books, diversified, s_cutoffs, tuning.Threads, cancellationToken, content.Model));
        }

        foreach (var (known, name, result) in ColdReaders.Judge(data, split, content.Model, chosen, s_cutoffs, tuning.Threads, cancellationToken))
        {
            report.AddSide($"readers with {known} books", name, result);
        }

        foreach (var (name, result) in ColdBookBench.Judge(data, split, chosen, s_cutoffs, tuning.Threads, cancellationToken))
        {
            report.AddSide("books nobody has read", name, result);
        }

        report.Print();
        BenchOutput.Write(json, report.ToJson());
    }

    /// <summary>A fifth of each reader's training part, and of those who have fewer than five books one.</summary>
    public static Split ValidationOf(DataFolder data, InteractionMatrix train)
        => Splits.LeaveShareOut(train, data.Users, data.Books, ValidationSeed, TestShare, least: 1);

    static ModelRecipe Choose(DataFolder data, Split split, ContentIndex content, TuningOptions tuning, CancellationToken cancellationToken)
    {
        var validation = ValidationOf(data, split.Train);
        AnsiConsole.MarkupLineInterpolated($"[grey]hyperparameters are being chosen, for about {tuning.Budget.TotalSeconds:f0} s …[/]");
        return ModelSearch.Run(validation, data.Books, content, tuning, new TrialLines(tuning.Metric), TimeProvider.System, cancellationToken).Recipe;
    }

    static (T Model, double Seconds) Timed<T>(Func<T> fit)
    {
        var start = Stopwatch.GetTimestamp();
        var model = fit();
        return (model, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    sealed class TrialLines(string metric) : IProgress<SearchReport>
    {
        int _trial;

        public void Report(SearchReport value)
            => AnsiConsole.MarkupLineInterpolated($"[grey]{++_trial,3} {value.Part}: {value.Options}: {metric} {value.Score:f4}[/]");
    }
}
