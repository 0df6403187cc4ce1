using System.CommandLine;

namespace BookRec.Bench.Ranking;

/// <summary><c>ranking --json FILE</c></summary>
static class RankingCommand
{
    public static Command Create()
    {
        var runs = new Option<int>("--runs") { Description = "Repetitions of each measurement, of which the median is told.", DefaultValueFactory = _ => 200 };
        var books = new Option<int>("--books") { Description = "Books of the large ranking.", DefaultValueFactory = _ => 1_000_000 };
        var json = new Option<FileInfo?>("--json") { Description = "Where to write the numbers." };
        var command = new Command("ranking", "Scores and top 10, fold-in, and opening an artifact, on one core.") { runs, books, json };
        command.SetAction((arguments, _) =>
        {
            RankingBench.Run(arguments.GetValue(runs), arguments.GetValue(books), arguments.GetValue(json));
            return Task.FromResult(0);
        });
        return command;
    }
}
