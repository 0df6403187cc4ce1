using System.CommandLine;

namespace BookRec.Bench.Login;

/// <summary><c>login --tries 200 --seconds 10 --rounds 3 --json FILE</c></summary>
static class LoginCommand
{
    public static Command Create()
    {
        var tries = new Option<int>("--tries") { Description = "Failed logins of each kind, in turn.", DefaultValueFactory = _ => 200 };
        var seconds = new Option<double>("--seconds") { Description = "Length of one measurement.", DefaultValueFactory = _ => 10 };
        var rounds = new Option<int>("--rounds") { Description = "Measurements with and without a flood; the medians count.", DefaultValueFactory = _ => 3 };
        var json = new Option<FileInfo?>("--json") { Description = "Where to write the numbers." };
        var command = new Command("login", "What the time of a failed login tells, and what a flood of logins does to recommendations.") { tries, seconds, rounds, json };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            await LoginBench.Run(
                arguments.GetValue(tries), TimeSpan.FromSeconds(arguments.GetValue(seconds)), arguments.GetValue(rounds), arguments.GetValue(json), cancellationToken);
            return 0;
        });
        return command;
    }
}
