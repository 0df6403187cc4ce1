using System.CommandLine;

namespace BookRec.Bench.Sharding;

/// <summary><c>sharding --silos 1 2 3 --users 16800 --factors 64 --epochs 20 --threads 1 --json FILE</c></summary>
static class ShardingCommand
{
    public static Command Create()
    {
        var silos = new Option<int[]>("--silos")
        {
            Description = "Numbers of silos to measure, all in this process.",
            DefaultValueFactory = _ => [1, 2, 3],
            AllowMultipleArgumentsPerToken = true,
        };
        var users = new Option<int>("--users") { Description = "Users of synth6m to train on; 16,800 have about 2 M interactions.", DefaultValueFactory = _ => 16_800 };
        var factors = new Option<int>("--factors") { Description = "Length of the vectors.", DefaultValueFactory = _ => 64 };
        var epochs = new Option<int>("--epochs") { Description = "Epochs to measure, after one to warm up.", DefaultValueFactory = _ => 20 };
        var threads = new Option<int>("--threads") { Description = "Threads of each silo.", DefaultValueFactory = _ => 1 };
        var json = new Option<FileInfo?>("--json") { Description = "Where to write the numbers." };
        var command = new Command("sharding", "Time, memory per silo and bytes moved of a training across silos.") { silos, users, factors, epochs, threads, json };
        command.SetAction((arguments, cancellationToken) => ShardingBench.Run(
            arguments.GetValue(silos)!,
            arguments.GetValue(users),
            arguments.GetValue(factors),
            arguments.GetValue(epochs),
            arguments.GetValue(threads),
            arguments.GetValue(json),
            cancellationToken));
        return command;
    }
}
