using System.Net;
using BookRec.Tests.Support;

namespace BookRec.Tests.EndToEnd;

/// <summary>Training, gate, rollout and rollback on an installation of their own.</summary>
public sealed class ModelLifeTests
{
    [Fact]
    public async Task A_trained_model_passes_the_gate_goes_live_and_can_be_rolled_back_and_promoted()
    {
        await using var app = await RunningApp.Start();
        var admin = await app.Admin();
        var first = await ActiveVersion(admin);
        var run = await app.Train();
        Assert.Equal("succeeded", (string)run["state"]!);
        Assert.True((double)run["evaluation"]!["metrics"]!["ndcg@10"]!["mean"]! > (double)run["baselines"]!["popularity"]!["metrics"]!["ndcg@10"]!["mean"]!);
        Assert.NotNull(run["baselines"]!["active"]);
        Assert.NotEmpty(run["epochs"]!.AsArray());
        var second = (string)run["model_version"]!;
        Assert.NotEqual(first, second);
        Assert.Equal(second, await ActiveVersion(admin));

        var reader = await app.NewReader();
        Assert.Equal(second, (await reader.Top()).ModelVersion);
        using var back = await admin.PostAsync("/api/admin/models/rollback", null);
        await back.Expect(HttpStatusCode.OK);
        Assert.Equal(first, (await reader.Top()).ModelVersion);
        using var forth = await admin.PostAsync($"/api/admin/models/{second}/promote", null);
        await forth.Expect(HttpStatusCode.OK);
        Assert.Equal(second, (await reader.Top()).ModelVersion);
        using var unknown = await admin.PostAsync("/api/admin/models/20200101T000000Z-0000/promote", null);
        await unknown.Expect(HttpStatusCode.NotFound);

        // A damaged artifact never serves: not by promotion, not after a restart, where it is the one committed.
        var artifact = Path.Combine(app.DataDirectory, "blobs", "models", first, "model.bin");
        var bytes = await File.ReadAllBytesAsync(artifact);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(artifact, bytes);
        await app.Terminate();
        await app.Launch();
        admin = await app.LogIn("admin@bookrec.local", app.AdminPassword);
        using var refused = await admin.PostAsync($"/api/admin/models/{first}/promote", null);
        var problem = await refused.Expect(HttpStatusCode.Conflict);
        Assert.Contains("SHA-256", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Equal(second, await ActiveVersion(admin));
        Assert.Equal(second, (await reader.Top()).ModelVersion);
    }

    [Fact]
    public async Task Every_answer_comes_from_one_model_while_models_are_swapped()
    {
        await using var app = await RunningApp.Start();
        var admin = await app.Admin();
        await app.Terminate();
        app.Set("BookRec__Training__Factors", "16");
        await app.Launch();
        await app.Train();
        var reader = await app.NewReader();
        await reader.Record(await reader.BookId("Dune"), "like");
        var questions = new[] { "n=50", "n=10&exclude=1", "n=5&genre=fantasy" };
        var lists = new Dictionary<(string Version, string Question), string>();
        for (var i = 0; i < 2; i++)
        {
            foreach (var question in questions)
            {
                var list = await reader.Top(question);
                lists.Add((list.ModelVersion, question), list.Text);
            }

            await RollBack(admin);
        }

        Assert.Equal(2 * questions.Length, lists.Values.Distinct().Count());
        using var swapping = new CancellationTokenSource();
        var askers = questions.Select(question => Task.Run(async () =>
        {
            var answers = new List<(string Question, TopList List)>();
            while (!swapping.IsCancellationRequested)
                answers.Add((question, await reader.Top(question)));
            return answers;
        })).ToArray();
        for (var i = 0; i < 30; i++)
            await RollBack(admin);
        await swapping.CancelAsync();
        var answers = (await Task.WhenAll(askers)).SelectMany(a => a).ToList();
        Assert.Equal(2, answers.Select(a => a.List.ModelVersion).Distinct().Count());
        Assert.All(answers, answer => Assert.Equal(lists[(answer.List.ModelVersion, answer.Question)], answer.List.Text));
    }

    [Fact]
    public async Task A_model_that_fails_the_gate_is_stored_as_rejected_and_never_serves()
    {
        // One factor, one epoch and overwhelming regularization learn nothing; popularity alone is better.
        await using var app = await RunningApp.Start();
        var admin = await app.Admin();
        var good = await ActiveVersion(admin);
        await app.Terminate();
        app.Set("BookRec__Training__Factors", "1");
        app.Set("BookRec__Training__Epochs", "1");
        app.Set("BookRec__Training__Regularization", "100");
        app.Set("BookRec__Training__CollaborativeWeight", "1");
        app.Set("BookRec__Training__SearchSeconds", "0");
        app.Set("BookRec__Training__NeighbourShare", "0");
        app.Set("BookRec__Training__PopularityPseudoCount", "0");
        await app.Launch();
        var run = await app.Train();
        Assert.Equal("rejected", (string)run["state"]!);
        Assert.Contains("ndcg@10", (string)run["reason"]!, StringComparison.Ordinal);
        Assert.Equal(good, await ActiveVersion(admin));
        var bad = (string)run["model_version"]!;
        using var promoted = await admin.PostAsync($"/api/admin/models/{bad}/promote", null);
        await promoted.Expect(HttpStatusCode.Conflict);
        Assert.Equal(good, (await (await app.NewReader()).Top()).ModelVersion);
    }

    [Fact]
    public async Task Only_one_training_runs_and_one_can_be_cancelled()
    {
        await using var app = await RunningApp.Start();
        await app.Terminate();
        app.Set("BookRec__Training__Epochs", "200");
        app.Set("BookRec__Training__Factors", "512");
        await app.Launch();
        var admin = await app.Admin();
        using var started = await admin.PostAsync("/api/admin/retrain", null);
        var run = await started.Expect(HttpStatusCode.Accepted);
        using var second = await admin.PostAsync("/api/admin/retrain", null);
        var problem = await second.Expect(HttpStatusCode.Conflict);
        Assert.Equal((string)run["run_id"]!, (string)problem["conflicting_id"]!);
        using var cancel = await admin.PostAsync($"/api/admin/training-runs/{run["run_id"]}/cancel", null);
        Assert.True(cancel.IsSuccessStatusCode);
        Assert.Equal("cancelled", (string)(await app.EndOf(started.Headers.Location!.ToString()))["state"]!);
        Assert.Equal("none yet", (string?)(await admin.Get("/api/admin/model-status"))["training"] ?? "none yet");
    }

    [Fact]
    public async Task The_events_of_a_training_tell_its_stages_to_the_end()
    {
        await using var app = await RunningApp.Start();
        var admin = await app.Admin();
        using var started = await admin.PostAsync("/api/admin/retrain", null);
        var run = await started.Expect(HttpStatusCode.Accepted);
        var text = await admin.GetStringAsync($"/api/admin/training-runs/{run["run_id"]}/events");
        Assert.Contains("\"stage\":\"train\"", text, StringComparison.Ordinal);
        Assert.Contains("\"state\":\"succeeded\"", text, StringComparison.Ordinal);
    }

    private static async Task RollBack(HttpClient admin)
    {
        using var answer = await admin.PostAsync("/api/admin/models/rollback", null);
        await answer.Expect(HttpStatusCode.OK);
    }

    private static async Task<string> ActiveVersion(HttpClient admin) => (string)(await admin.Get("/api/admin/model-status"))["active"]!["version"]!;
}
