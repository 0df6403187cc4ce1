using System.CommandLine;
using BookRec.Cli.Output;
using BookRec.Cli.Server;
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
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var api = server.Connect(parsed, environment);
            var id = await api.StartTraining(cancellationToken);
            environment.Out.Say($"Training run {id} has started.");
            return parsed.GetValue(wait) ? await Wait(environment, api, id, cancellationToken) : CommandLine.Succeeded;
        });
        return command;
    }

    static async Task<int> Wait(CliEnvironment environment, BookRecApi api, string id, CancellationToken cancellationToken)
    {
        var run = await ProgressDisplay.Show(environment, "Training", update => Follow(environment, api, id, update, cancellationToken));
        Report(environment.Out, run);
        if (run.State == "succeeded")
            return CommandLine.Succeeded;
        environment.Error.Say($"bookrec: the training run {run.State}: {run.Reason ?? "the server gives no reason"}");
        return CommandLine.Failed;
    }

    static async Task<TrainingRunAnswer> Follow(
        CliEnvironment environment, BookRecApi api, string id, ProgressUpdate update, CancellationToken cancellationToken)
    {
        while (true)
        {
            var run = await api.GetTrainingRun(id, cancellationToken);
            update(run.Progress, run.Epochs is { Count: > 0 } epochs
                ? $"{run.Stage}, epoch {epochs[^1].Epoch}, loss {ConsoleText.Score(epochs[^1].Loss)}"
                : run.Stage);
            if (run.HasEnded)
                return run;
            await Task.Delay(environment.PollInterval, environment.Time, cancellationToken);
        }
    }

    static void Report(IAnsiConsole console, TrainingRunAnswer run)
    {
        if (run.Epochs is { Count: > 0 } epochs)
        {
            var table = console.NewTable("Epoch", "Loss", "Time");
            foreach (var epoch in epochs)
                table.Row(ConsoleText.Count(epoch.Epoch), ConsoleText.Score(epoch.Loss), ConsoleText.Seconds(TimeSpan.FromSeconds(epoch.Seconds)));
            console.Write(table);
        }

        if (run.Evaluation is { } evaluation)
        {
            var table = console.NewTable("Metric", $"Mean over {ConsoleText.Count(evaluation.Readers)} readers", "Standard error");
            foreach (var (name, metric) in evaluation.Metrics ?? new Dictionary<string, MetricAnswer>())
                table.Row(name, ConsoleText.Score(metric.Mean), ConsoleText.Score(metric.StandardError));
            table.Row("coverage", ConsoleText.Score(evaluation.Coverage), "");
            console.Write(table.Row("gini", ConsoleText.Score(evaluation.Gini), ""));
        }

        if (run.ModelVersion is { } version)
            console.Say($"Model {version}: {run.State}");
    }
}
