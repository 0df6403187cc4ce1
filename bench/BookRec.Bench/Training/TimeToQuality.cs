using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using BookRec.Bench.Quality;
using BookRec.Engine.Data;
using BookRec.Engine.Evaluation;
using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;
using BookRec.Engine.Tuning;
using Spectre.Console;

namespace BookRec.Bench.Training;

/// <summary>
/// Seconds of training, evaluation not counted, until NDCG@20 on the validation part is within half a percent of the best that exact rows
/// come to, for each way to solve a row.
/// </summary>
static class TimeToQuality
{
    const int MostEpochs = 20;
    const int GradientSteps = 3;
    const int BlockFactors = 64;
    const int MostReaders = 3000;
    const double Near = 0.995;
    const string Metric = "ndcg@20";

    public static void Run(DirectoryInfo folder, int[] factors, int threads, FileInfo? json, CancellationToken cancellationToken)
    {
        var data = DataFolder.Read(folder);
        var train = (data.FixedSplit ?? Splits.LeaveShareOut(data.Interactions, data.Users, data.Books, QualityBench.TestSeed, QualityBench.TestShare)).Train;
        var split = ReaderSample.Of(QualityBench.ValidationOf(data, train), MostReaders);
        AnsiConsole.MarkupLine("[grey]hyperparameters are being chosen at f = 64 …[/]");
        var tuning = new TuningOptions { Factors = [64], Threads = threads, Budget = TimeSpan.FromSeconds(60) };
        var chosen = AlsSearch.Run(split, data.Books, tuning, null, TimeProvider.System, cancellationToken).Options;
        var table = new Table().AddColumns("factors", "rows", "seconds to within 0.5%", "epochs", "seconds an epoch", $"best {Metric}");
        var numbers = new JsonArray();
        foreach (var f in factors)
        {
            var options = chosen with { Factors = f, Threads = threads };
            var (gradient, subspace) = (new ConjugateGradientRows(options, GradientSteps), new SubspaceRows(options, BlockFactors));
            (string Name, HalfStep Solve)[] ways =
            [
                ("exact", (rows, fixedFactors, solved) => AlsHalfStep.Solve(rows, fixedFactors, solved, options, cancellationToken)),
                ($"conjugate gradient, {GradientSteps} steps", (rows, fixedFactors, solved) => gradient.Solve(rows, fixedFactors, solved, cancellationToken)),
                ($"subspace, blocks of {BlockFactors}", (rows, fixedFactors, solved) => subspace.Solve(rows, fixedFactors, solved, cancellationToken)),
            ];
            var best = 0.0;
            foreach (var (name, solve) in ways)
            {
                AnsiConsole.MarkupLineInterpolated($"[grey]f = {f}, {name} …[/]");
                var course = Course(split, data.Books, options, solve, threads, cancellationToken);
                best = best == 0 ? course.Max(point => point.Score) : best;
                var reached = course.FindIndex(point => point.Score >= Near * best);
                var seconds = reached < 0 ? double.NaN : course[reached].Seconds;
                var perEpoch = course[^1].Seconds / course.Count;
                AnsiConsole.MarkupLineInterpolated($"[grey]{reached + 1} epochs, {seconds:f1} s, best {course.Max(point => point.Score):f4}[/]");
                table.AddRow(
                    $"{f}", name, reached < 0 ? "not reached" : Number(seconds, "f1"), reached < 0 ? "" : $"{reached + 1}", Number(perEpoch, "f2"),
                    Number(course.Max(point => point.Score), "f4"));
                numbers.Add(new JsonObject
                {
                    ["factors"] = f,
                    ["rows"] = name,
                    ["seconds"] = reached < 0 ? null : seconds,
                    ["epochs"] = reached < 0 ? null : reached + 1,
                    ["seconds_per_epoch"] = perEpoch,
                    [Metric] = course.Max(point => point.Score),
                });
            }
        }

        AnsiConsole.Write(table);
        AnsiConsole.MarkupLineInterpolated($"{chosen with { Factors = 0, Epochs = 0 }}");
        BenchOutput.Write(json, numbers);
    }

    delegate void HalfStep(InteractionMatrix rows, FactorMatrix fixedFactors, FactorMatrix solved);

    /// <summary>The score after each epoch, until three in a row are no better than the best.</summary>
    static List<(double Seconds, double Score)> Course(
        Split split, Vocabulary books, AlsOptions options, HalfStep solve, int threads, CancellationToken cancellationToken)
    {
        var byUser = split.Train.ScaledByColumn(BookWeights.Of(split.Train, options.PopularityExponent));
        var byBook = byUser.Transpose();
        var (x, y) = (new FactorMatrix(byUser.Rows, options.Factors), AlsTrainer.InitialFactors(byBook.Rows, options));
        var course = new List<(double Seconds, double Score)>();
        var seconds = 0.0;
        for (var (epoch, worse) = (1, 0); epoch <= MostEpochs && worse < 3; epoch++)
        {
            var start = Stopwatch.GetTimestamp();
            solve(byUser, y, x);
            solve(byBook, x, y);
            seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;

            // Judged as serving would: readers folded in exactly, whatever the training did.
            var users = new FactorMatrix(x.Rows, x.Factors);
            AlsHalfStep.Solve(byUser, y, users, options, cancellationToken);
            var result = Evaluator.EvaluateBlocks(
                split, books, RowScorers.Collaborative(new AlsModel(options, users, y)), [20], threads, cancellationToken);
            var score = result.Metrics[Metric].Mean;
            worse = course.Count == 0 || score > course.Max(point => point.Score) ? 0 : worse + 1;
            course.Add((seconds, score));
        }

        return course;
    }

    static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
