using System.CommandLine;

namespace BookRec.Bench.Training;

/// <summary><c>training --factors 64 --iterations 5 --threads 2 --json FILE</c>, or <c>training --time-to-quality --data DIR</c></summary>
static class TrainingCommand
{
    public static Command Create()
    {
        var factors = new Option<int[]>("--factors")
        {
            Description = "Lengths of the vectors.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [64],
        };
        var iterations = new Option<int>("--iterations") { Description = "Epochs to measure in a round, after one to warm up.", DefaultValueFactory = _ => 3 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of all threads and of one thread in turn.", DefaultValueFactory = _ => 3 };
        var threads = new Option<int>("--threads") { Description = "Threads to train with.", DefaultValueFactory = _ => 2 };
        var quality = new Option<bool>("--time-to-quality") { Description = "Seconds to the best NDCG of --data by each way to solve a row, instead." };
        var data = new Option<DirectoryInfo?>("--data") { Description = "Folder with books.csv.gz and interactions.csv.gz, for --time-to-quality." };
        var json = new Option<FileInfo?>("--json") { Description = "Where to write the numbers." };
        var command = new Command("training", "Seconds per ALS epoch on the generated workload synth6m.") { factors, iterations, rounds, threads, quality, data, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(quality) && result.GetValue(data) is null)
            {
                result.AddError("--time-to-quality needs --data.");
            }
        });
        command.SetAction((arguments, cancellationToken) =>
        {
            if (arguments.GetValue(quality))
            {
                TimeToQuality.Run(
                    arguments.GetValue(data)!, arguments.GetValue(factors)!, arguments.GetValue(threads), arguments.GetValue(json), cancellationToken);
            }
            else
            {
                TrainingBench.Run(
                    arguments.GetValue(factors)!, arguments.GetValue(iterations), arguments.GetValue(rounds), arguments.GetValue(threads),
                    arguments.GetValue(json), cancellationToken);
            }

            return Task.FromResult(0);
        });
        return command;
    }
}
