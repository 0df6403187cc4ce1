using System.Globalization;
using BookRec.Client.Models;
using BookRec.Client.Training;
using Microsoft.AspNetCore.Http;

namespace BookRec.Tests.Cli;

public sealed class ModelCommandsTests : IDisposable
{
    readonly TemporaryFolder secrets = new();
    readonly string passwordFile;

    public ModelCommandsTests() => passwordFile = secrets.Add("admin-password", ApiStandIn.Password);

    public void Dispose() => secrets.Dispose();

    [Fact]
    public async Task Retrain_returns_once_the_run_has_started()
    {
        await using var server = await ApiStandIn.Start(Training(TrainingState.Running, TrainingStage.Load, 0));

        var run = await Run(server, "retrain");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"{ApiStandIn.RunId}", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retrain_with_wait_shows_stages_losses_and_metrics()
    {
        await using var server = await ApiStandIn.Start(
            Training(TrainingState.Running, TrainingStage.Load, 0.05),
            Training(TrainingState.Running, TrainingStage.Train, 0.5, epochs: 1),
            Training(TrainingState.Succeeded, TrainingStage.RollOut, 1, epochs: 2, evaluated: true));

        var run = await Run(server, "retrain", "--wait");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("Training: 5 %, load", run.Out, StringComparison.Ordinal);
        Assert.Contains("Training: 50 %, train, epoch 1, loss 0.5000", run.Out, StringComparison.Ordinal);
        Assert.Matches(@"2 +\| 0\.2500", run.Out);
        Assert.Matches(@"ndcg@10 +\| 0\.3141", run.Out);
        Assert.Contains("Model 20260405T101500Z-3f9a: succeeded", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TrainingState.Rejected)]
    [InlineData(TrainingState.Failed)]
    [InlineData(TrainingState.Cancelled)]
    public async Task A_run_without_a_live_model_exits_1_with_the_reason(TrainingState state)
    {
        await using var server = await ApiStandIn.Start(Training(state, TrainingStage.Evaluate, 0.8, reason: "worse than popularity"));

        var run = await Run(server, "retrain", "--wait");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("worse than popularity", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_training_under_way_is_not_doubled()
    {
        await using var server = await ApiStandIn.StartRefusing(
            Results.Problem(statusCode: StatusCodes.Status409Conflict, title: "A training is under way", detail: $"Run {ApiStandIn.RunId} has not ended."));

        var run = await Run(server, "retrain");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"Run {ApiStandIn.RunId} has not ended.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_shows_what_serves_and_what_came_before()
    {
        var old = Version("20260404T101500Z-11aa", ModelFate.Retired);
        var active = Version("20260405T101500Z-3f9a", ModelFate.Active);
        await using var server = await ApiStandIn.StartWithModels(
            new ModelStatus(active, old, Training(TrainingState.Running, TrainingStage.Train, 0.5), [active, old]));

        var run = await Run(server, "status");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Active model:   20260405T101500Z-3f9a", run.Out, StringComparison.Ordinal);
        Assert.Contains("Previous model: 20260404T101500Z-11aa", run.Out, StringComparison.Ordinal);
        Assert.Contains($"run {ApiStandIn.RunId}, train, 50 %", run.Out, StringComparison.Ordinal);
        Assert.Matches(@"20260404T101500Z-11aa \| retired \| 2026-04-04 10:15Z \| 10,000 +\| 979,478 +\| 0\.3141 ± 0\.0010", run.Out);
    }

    [Fact]
    public async Task Status_of_a_new_server_says_that_there_is_no_model()
    {
        await using var server = await ApiStandIn.StartWithModels(
            new ModelStatus(null, null, null, []));

        var run = await Run(server, "status");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("none yet", run.Out, StringComparison.Ordinal);
    }

    Task<CliRun> Run(ApiStandIn server, params string[] command)
        => CliRun.Of([.. command, "--url", server.Url.ToString(), "--password-file", passwordFile]);

    static TrainingRun Training(TrainingState state, TrainingStage stage, double progress, int epochs = 0, bool evaluated = false, string? reason = null) => new(
        ApiStandIn.RunId,
        state,
        stage,
        TrainingTrigger.Demand,
        progress,
        DateTimeOffset.UnixEpoch,
        FinishedAt: null,
        reason,
        evaluated ? "20260405T101500Z-3f9a" : null,
        new Dictionary<string, double>(),
        [.. Enumerable.Range(1, epochs).Select(epoch => new Epoch(epoch, Math.Pow(0.5, epoch), 1.5))],
        evaluated ? Evaluation() : null,
        Baselines: null,
        Sharding: null,
        SecondsLeft: null,
        Search: []);

    static ModelVersion Version(string version, ModelFate fate) => new(
        version,
        new DateTimeOffset(2026, 4, int.Parse(version[6..8], CultureInfo.InvariantCulture), 10, 15, 0, TimeSpan.Zero),
        ApiStandIn.RunId,
        fate,
        Reason: null,
        new Artifact("", 0),
        Books: 10_000,
        Interactions: 979_478,
        new Dictionary<string, string>(),
        Evaluation(),
        new Dictionary<string, Evaluation>());

    static Evaluation Evaluation() => new(500, new Dictionary<string, Metric> { ["ndcg@10"] = new(0.3141, 0.001) }, 0.25, 0.5);
}
