using System.CommandLine;
using BookRec.Engine.Tuning;

namespace BookRec.Bench.Quality;

/// <summary><c>quality --data DIR --json FILE</c></summary>
static class QualityCommand
{
    public static Command Create()
    {
        var data = new Option<DirectoryInfo>("--data") { Description = "Folder with books.csv.gz and interactions.csv.gz.", Required = true };
        var json = new Option<FileInfo?>("--json") { Description = "Where to write the numbers." };
        var factors = new Option<int[]>("--factors")
        {
            Description = "Lengths of the vectors to choose from.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [64, 128, 256, 512, 768],
        };
        var threads = new Option<int>("--threads") { Description = "Threads to train and judge with.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var budget = new Option<int>("--search-seconds") { Description = "Time for choosing hyperparameters.", DefaultValueFactory = _ => 240 };
        var command = new Command("quality", "Precision, recall, NDCG, MAP and coverage on a data set, by full ranking.") { data, json, factors, threads, budget };
        command.SetAction((arguments, cancellationToken) =>
        {
            var options = new TuningOptions
            {
                Factors = [.. arguments.GetValue(factors)!.Order()],
                Threads = arguments.GetValue(threads),
                Budget = TimeSpan.FromSeconds(arguments.GetValue(budget)),
            };
            QualityBench.Run(arguments.GetRequiredValue(data), options, arguments.GetValue(json), cancellationToken);
            return Task.FromResult(0);
        });
        return command;
    }
}
