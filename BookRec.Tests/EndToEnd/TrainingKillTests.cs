using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using BookRec.Grains.Interfaces.Training;
using BookRec.Storage.Training;
using BookRec.Tests.Support;

namespace BookRec.Tests.EndToEnd;

/// <summary>Guarantee 5: a training that is killed resumes or ends as failed, and never half-publishes.</summary>
public sealed class TrainingKillTests
{
    private const int Seed = 20260712;

    [Fact]
    public async Task A_killed_training_resumes_and_one_killed_too_often_ends_as_failed()
    {
        await using var app = await RunningApp.Start(RunningApp.Small);
        var admin = await app.Admin();
        var first = (await Models(app)).Active;
        await Restart(app, slow: true);
        var location = await StartAndReachTraining(app);
        await app.Kill();

        // Quick again, so that the second attempt ends.
        await Relaunch(app, slow: false);
        await app.Until(() => Task.FromResult(app.Output.Contains("it is taken up again", StringComparison.Ordinal)), "the run to be taken up again");
        using (var second = await admin.PostAsync("/api/admin/retrain", null))
        {
            if (second.StatusCode == HttpStatusCode.Conflict)
                Assert.EndsWith((string)(await second.Expect(HttpStatusCode.Conflict))["conflicting_id"]!, location, StringComparison.Ordinal);
            else
                await app.EndOf(second.Headers.Location!.ToString());
        }

        var run = await app.EndOf(location);
        Assert.Equal("succeeded", (string)run["state"]!);
        Assert.NotEqual(first, (await Models(app)).Active);
        await IsWhole(app);
        var active = (await Models(app)).Active;

        // Three attempts are the most.
        await Restart(app, slow: true);
        location = await StartAndReachTraining(app);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await ReachTraining(app, location);
            await app.Kill();
            await Relaunch(app, slow: true);
            Assert.Equal(active, (await Models(app)).Active);
        }

        run = await app.EndOf(location);
        Assert.Equal("failed", (string)run["state"]!);
        Assert.Contains("went away 3 times", (string)run["reason"]!, StringComparison.Ordinal);
        Assert.Equal(active, (await Models(app)).Active);
        await IsWhole(app);
    }

    [Fact]
    public async Task Wherever_a_training_is_killed_one_whole_model_serves()
    {
        var moments = new Random(Seed);
        await using var app = await RunningApp.Start(RunningApp.Small);
        var admin = await app.Admin();
        for (var kill = 0; kill < 4; kill++)
        {
            using var started = await admin.PostAsync("/api/admin/retrain", null);
            await started.Expect(HttpStatusCode.Accepted);
            await Task.Delay(moments.Next(0, 1500));
            await app.Kill();
            await app.Launch();
            var run = await app.EndOf(started.Headers.Location!.ToString());
            Assert.True((string)run["state"]! is "succeeded" or "rejected", $"seed {Seed}, kill {kill}: {run.ToJsonString()}");
            await IsWhole(app);
        }
    }

    [Fact]
    public async Task The_list_of_runs_learns_of_an_end_that_a_kill_kept_from_it()
    {
        await using var app = await RunningApp.Start(RunningApp.Small);
        var admin = await app.Admin();
        var id = (Guid)(await admin.Get("/api/admin/training-runs"))["items"]!.AsArray().Single()!["run_id"]!;
        await app.Kill();

        // As if the kill had come between the two writes that end a run.
        await using (var database = app.OpenDatabase())
        {
            var log = new TrainingLog(database);
            await log.Save((await log.Find(id))! with { State = TrainingState.Running, FinishedAt = null });
        }

        await app.Launch();
        Assert.Equal("succeeded", (string)(await admin.Get("/api/admin/training-runs"))["items"]!.AsArray().Single()!["state"]!);
    }

    private static async Task Restart(RunningApp app, bool slow)
    {
        await app.Terminate();
        await Relaunch(app, slow);
    }

    private static async Task Relaunch(RunningApp app, bool slow)
    {
        app.Set("BookRec__Training__Factors", slow ? "512" : "16");
        app.Set("BookRec__Training__Epochs", slow ? "200" : "4");
        await app.Launch();
    }

    private static async Task<string> StartAndReachTraining(RunningApp app)
    {
        using var started = await (await app.Admin()).PostAsync("/api/admin/retrain", null);
        await started.Expect(HttpStatusCode.Accepted);
        await ReachTraining(app, started.Headers.Location!.ToString());
        return started.Headers.Location!.ToString();
    }

    private static async Task ReachTraining(RunningApp app, string location)
    {
        var admin = await app.Admin();
        await app.Until(async () => (await admin.Get(location))["epochs"]!.AsArray().Count > 0, "the training to be in the middle");
    }

    private static async Task<(string Active, JsonObject Status)> Models(RunningApp app)
    {
        var status = await (await app.Admin()).Get("/api/admin/model-status");
        return ((string)status["active"]!["version"]!, status);
    }

    /// <summary>No run is left over, every version known is complete on disk, exactly one is active, and it serves.</summary>
    private static async Task IsWhole(RunningApp app)
    {
        var (active, status) = await Models(app);
        Assert.Null((string?)status["training"]?["state"]);
        var versions = status["versions"]!.AsArray().Select(v => v!).ToList();
        Assert.Equal([active], versions.Where(v => (string)v["fate"]! == "active").Select(v => (string)v["version"]!));
        Assert.DoesNotContain(versions, v => (string)v["fate"]! == "candidate");
        foreach (var version in versions)
        {
            var artifact = await File.ReadAllBytesAsync(Path.Combine(app.DataDirectory, "blobs", "models", (string)version["version"]!, "model.bin"));
            Assert.Equal((string)version["artifact"]!["sha256"]!, Convert.ToHexStringLower(SHA256.HashData(artifact)));
        }

        var runs = (await (await app.Admin()).Get("/api/admin/training-runs"))["items"]!.AsArray().Select(r => r!).ToList();
        Assert.DoesNotContain(runs, r => (string)r["state"]! == "running");
        Assert.Equal(active, (await (await app.NewReader()).Top()).ModelVersion);
    }
}
