using System.CommandLine;
using BookRec.Cli.Output;
using BookRec.Cli.Server;
using BookRec.Client;
using BookRec.Client.Training;
using Spectre.Console;

namespace BookRec.Cli.Models;

/// <summary><c>retrain</c>: starts a training run and, when asked, follows it to its end.</summary>
static class RetrainCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var wait = new Option<bool>("--wait") { Description = "Follow the run until it has ended; exit 1 unless its model went live" };
        var command = new Command("retrain", "Start a training run") { wait };
        var server = new ServerOptions(command);
        command.SetAction((parsed, cancellationToken) => server.Run(parsed, environment, async client =>
        {
            var run = await client.Training.Start(cancellationToken);
            environment.Out.Say($"Training run {run.RunId} has started.");
            return parsed.GetValue(wait) ? await Wait(environment, client, run.RunId, cancellationToken) : CommandLine.Succeeded;
        }));
        return command;
    }

    static async Task<int> Wait(CliEnvironment environment, BookRecClient client, Guid id, CancellationToken cancellationToken)
    {
        var run = await ProgressDisplay.Show(environment, "Training", update => Follow(environment, client, id, update, cancellationToken));
        Report(environment.Out, run);
        if (run.State == TrainingState.Succeeded)
            return CommandLine.Succeeded;
        environment.Error.Say($"bookrec: the training run {Words.Of(run.State)}: {run.Reason ?? "the server gives no reason"}");
        return CommandLine.Failed;
    }

    static async Task<TrainingRun> Follow(
        CliEnvironment environment, BookRecClient client, Guid id, ProgressUpdate update, CancellationToken cancellationToken)
    {
        while (true)
        {
            var run = await client.Training.Get(id, cancellationToken);
            update(run.Progress, run.Epochs is { Count: > 0 } epochs
                ? $"{Words.Of(run.Stage)}, epoch {epochs[^1].Number}, loss {ConsoleText.Score(epochs[^1].Loss)}"
                : Words.Of(run.Stage));
            if (run.State != TrainingState.Running)
                return run;
            await Task.Delay(environment.PollInterval, environment.Time, cancellationToken);
        }
    }

    static void Report(IAnsiConsole console, TrainingRun run)
    {
        if (run.Epochs is { Count: > 0 } epochs)
        {
            var table = console.NewTable("Epoch", "Loss", "Time");
            foreach (var epoch in epochs)
                table.Row(ConsoleText.Count(epoch.Number), ConsoleText.Score(epoch.Loss), ConsoleText.Seconds(TimeSpan.FromSeconds(epoch.Seconds)));
            console.Write(table);
        }

        if (run.Evaluation is { } evaluation)
        {
            var table = console.NewTable("Metric", $"Mean over {ConsoleText.Count(evaluation.Readers)} readers", "Standard error");
            foreach (var (name, metric) in evaluation.Metrics)
                table.Row(name, ConsoleText.Score(metric.Mean), ConsoleText.Score(metric.StandardError));
            table.Row("coverage", ConsoleText.Score(evaluation.Coverage), "");
            console.Write(table.Row("gini", ConsoleText.Score(evaluation.Gini), ""));
        }

        if (run.ModelVersion is { } version)
            console.Say($"Model {version}: {Words.Of(run.State)}");
    }
}
