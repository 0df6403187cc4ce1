using System.CommandLine;
using System.Globalization;
using BookRec.Cli.Output;
using BookRec.Cli.Server;
using BookRec.Client;
using BookRec.Client.Models;
using Spectre.Console;

namespace BookRec.Cli.Models;

/// <summary><c>status</c>: the model that serves, the training under way and every version there is.</summary>
static class StatusCommand
{
    const string HeadlineMetric = "ndcg@10";

    public static Command Create(CliEnvironment environment)
    {
        var command = new Command("status", "Show the models and the training under way");
        var server = new ServerOptions(command);
        command.SetAction((parsed, cancellationToken) => server.Run(parsed, environment, async client =>
        {
            Report(environment.Out, await client.Models.Status(cancellationToken));
            return CommandLine.Succeeded;
        }));
        return command;
    }

    static void Report(IAnsiConsole console, ModelStatus status)
    {
        console.Say($"Active model:   {status.Active?.Version ?? "none yet"}");
        console.Say($"Previous model: {status.Previous?.Version ?? "none"}");
        console.Say($"Training:       {(status.Training is { } run ? $"run {run.RunId}, {Words.Of(run.Stage)}, {ConsoleText.Percent(run.Progress)}" : "none")}");
        if (status.Versions.Count == 0)
            return;
        var table = console.NewTable("Version", "Fate", "Made", "Books", "Interactions", HeadlineMetric, "Why");
        foreach (var version in status.Versions)
        {
            table.Row(
                version.Version,
                Words.Of(version.Fate),
                version.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture),
                ConsoleText.Count(version.Books),
                ConsoleText.Count(version.Interactions),
                version.Evaluation.Metrics.TryGetValue(HeadlineMetric, out var metric)
                    ? $"{ConsoleText.Score(metric.Mean)} ± {ConsoleText.Score(metric.StandardError)}"
                    : "",
                version.Reason ?? "");
        }

        console.Write(table);
    }
}
