using System.CommandLine;

namespace BookRec.Bench.Serving;

/// <summary><c>serving --seconds 5 --rounds 3 --json FILE</c></summary>
static class ServingCommand
{
    public static Command Create()
    {
        var seconds = new Option<double>("--seconds") { Description = "Length of one measurement.", DefaultValueFactory = _ => 5 };
        var rounds = new Option<int>("--rounds") { Description = "Measurements of each kind, one after the other; the medians count.", DefaultValueFactory = _ => 3 };
        var only = new Option<string[]>("--only") { Description = "Kinds of requests to measure; all unless given.", AllowMultipleArgumentsPerToken = true };
        var json = new Option<FileInfo?>("--json") { Description = "Where to write the numbers." };
        var command = new Command("serving", "Requests per second of the service beside a plain endpoint that returns the same bytes.") { seconds, rounds, only, json };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            await ServingBench.Run(TimeSpan.FromSeconds(arguments.GetValue(seconds)), arguments.GetValue(rounds), arguments.GetValue(only) ?? [], arguments.GetValue(json), cancellationToken);
            return 0;
        });
        return command;
    }
}
