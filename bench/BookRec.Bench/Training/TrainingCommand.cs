using System.CommandLine;

namespace BookRec.Bench.Training;

/// <summary><c>training --factors 64 --iterations 5 --threads 2 --json FILE</c></summary>
static class TrainingCommand
{
    public static Command Create()
    {
        var factors = new Option<int>("--factors") { Description = "Length of the vectors.", DefaultValueFactory = _ => 64 };
        var iterations = new Option<int>("--iterations") { Description = "Epochs to measure, after one to warm up.", DefaultValueFactory = _ => 5 };
        var threads = new Option<int>("--threads") { Description = "Threads to train with.", DefaultValueFactory = _ => 2 };
        var json = new Option<FileInfo?>("--json") { Description = "Where to write the numbers." };
        var command = new Command("training", "Seconds per ALS epoch on the generated workload synth6m.") { factors, iterations, threads, json };
        command.SetAction((arguments, cancellationToken) =>
        {
            TrainingBench.Run(
                arguments.GetValue(factors), arguments.GetValue(iterations), arguments.GetValue(threads), arguments.GetValue(json), cancellationToken);
            return Task.FromResult(0);
        });
        return command;
    }
}
