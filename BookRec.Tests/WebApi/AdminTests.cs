using System.Net;
using System.Threading.Channels;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Interfaces.Imports;
using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Interfaces.Training;
using BookRec.Tests.WebApi.Support;

namespace BookRec.Tests.WebApi;

public sealed class AdminTests(Front front) : IClassFixture<Front>
{
    private static readonly string _run = $"/api/admin/training-runs/{Samples.RunId}";

    [Fact]
    public async Task Retraining_is_accepted_and_located()
    {
        front.Cluster.Forget();
        front.Cluster.On<ITrainingGrain>(nameof(ITrainingGrain.Start), Samples.Run());
        var response = await front.Admin.PostAsync("/api/admin/retrain", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(_run, response.Headers.Location?.ToString());
        var body = await response.Json();
        Assert.Equal("roll_out", body.GetProperty("stage").GetString());
        Assert.Equal(1.5, body.GetProperty("stage_seconds").GetProperty("roll_out").GetDouble());
        Assert.Equal(TrainingTrigger.Demand, Assert.Single(front.Cluster.Calls).Arguments[0]);
    }

    [Fact]
    public async Task A_running_training_is_named()
    {
        front.Cluster.On<ITrainingGrain>(nameof(ITrainingGrain.Start), new RejectedException(RejectionKind.Conflict, "One runs.", conflictingId: "42"));
        var problem = await (await front.Admin.PostAsync("/api/admin/retrain", null, TestContext.Current.CancellationToken)).Problem(409);
        Assert.Equal("42", problem.GetProperty("conflicting_id").GetString());
    }

    [Fact]
    public async Task Model_status_tells_versions_and_training_together()
    {
        front.Cluster.On<IModelRegistryGrain>(nameof(IModelRegistryGrain.Status), new RegistryStatus(Samples.Version(), null, [Samples.Version()]));
        front.Cluster.On<ITrainingGrain>(nameof(ITrainingGrain.Current), Samples.Run());
        var body = await (await front.Admin.Get("/api/admin/model-status")).Json();
        Assert.Equal(0.2, body.GetProperty("active").GetProperty("evaluation").GetProperty("metrics").GetProperty("ndcg@10").GetProperty("mean").GetDouble());
        Assert.Equal("active", body.GetProperty("versions")[0].GetProperty("fate").GetString());
        Assert.Equal(Samples.RunId, body.GetProperty("training").GetProperty("run_id").GetGuid());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, body.GetProperty("previous").ValueKind);
    }

    [Fact]
    public async Task Promotion_and_rollback_answer_the_new_active_version()
    {
        front.Cluster.Forget();
        front.Cluster.On<IModelRegistryGrain>(nameof(IModelRegistryGrain.Promote), Samples.Version());
        front.Cluster.On<IModelRegistryGrain>(nameof(IModelRegistryGrain.Rollback), Samples.Version());
        foreach (var path in new[] { "/api/admin/models/20260405T101500Z-3f9a/promote", "/api/admin/models/rollback" })
        {
            var response = await front.Admin.PostAsync(path, null, TestContext.Current.CancellationToken);
            Assert.Equal("20260405T101500Z-3f9a", (await response.Json()).GetProperty("version").GetString());
        }

        Assert.Equal("20260405T101500Z-3f9a", front.Cluster.Calls.First().Arguments[0]);
    }

    [Fact]
    public async Task The_audit_log_names_what_was_made()
    {
        front.Cluster.On<ICatalogGrain>(nameof(ICatalogGrain.Create), Samples.Book(42));
        front.Cluster.On<ITrainingGrain>(nameof(ITrainingGrain.Start), Samples.Run());
        front.Cluster.On<IModelRegistryGrain>(nameof(IModelRegistryGrain.Rollback), Samples.Version());
        front.Cluster.On<IImportGrain>(nameof(IImportGrain.Run), call => Samples.Import((Guid)call.Key));
        front.Concluded.Clear();

        await front.Admin.PostJson("/api/books", """{"title": "Emma", "authors": ["Jane Austen"]}""");
        await front.Admin.PostAsync("/api/admin/retrain", null, TestContext.Current.CancellationToken);
        await front.Admin.PostAsync("/api/admin/models/rollback", null, TestContext.Current.CancellationToken);
        using var files = new MultipartFormDataContent { { new ByteArrayContent([1]), "files", "books.csv" } };
        var import = await front.Admin.PostAsync("/api/admin/imports?format=bookrec", files, TestContext.Current.CancellationToken);

        var importId = (await import.Json()).GetProperty("id").GetString();
        Assert.Equal([(201, "42"), (202, $"{Samples.RunId}"), (200, Samples.Version().Version), (202, importId)], front.Concluded);
    }

    [Fact]
    public async Task The_audit_log_tells_the_end_that_the_caller_was_told()
    {
        front.Concluded.Clear();
        foreach (var failure in new Exception[] { new TimeoutException(), new SiloUnavailableException(), new RejectedException(RejectionKind.Conflict, "One runs."), new InvalidOperationException() })
        {
            front.Cluster.On<ITrainingGrain>(nameof(ITrainingGrain.Start), failure);
            var response = await front.Admin.PostAsync("/api/admin/retrain", null, TestContext.Current.CancellationToken);
            Assert.Equal((int)response.StatusCode, front.Concluded.Last().Status);
        }

        Assert.Equal([503, 503, 409, 500], front.Concluded.Select(entry => entry.Status));
    }

    [Fact]
    public async Task Runs_are_listed_shown_and_cancelled()
    {
        front.Cluster.On<ITrainingGrain>(nameof(ITrainingGrain.List), new Page<TrainingRun>([Samples.Run()], "older"));
        front.Cluster.On<ITrainingGrain>(nameof(ITrainingGrain.Get), Samples.Run());
        front.Cluster.On<ITrainingGrain>(nameof(ITrainingGrain.Cancel), Samples.Run(TrainingState.Cancelled));
        Assert.Equal("older", (await (await front.Admin.Get("/api/admin/training-runs")).Json()).GetProperty("next_cursor").GetString());
        Assert.Equal("running", (await (await front.Admin.Get(_run)).Json()).GetProperty("state").GetString());
        var cancelled = await front.Admin.PostAsync($"{_run}/cancel", null, TestContext.Current.CancellationToken);
        Assert.Equal("cancelled", (await cancelled.Json()).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Events_follow_a_run_to_its_end_and_ping_through_silences()
    {
        var changes = Channel.CreateUnbounded<TrainingRun>();
        front.Cluster.On<ITrainingGrain>(nameof(ITrainingGrain.Get), Samples.Run());
        front.Cluster.On<ITrainingGrain>(nameof(ITrainingGrain.Watch), call => changes.Reader.ReadAllAsync((CancellationToken)call.Arguments[1]!));

        await changes.Writer.WriteAsync(Samples.Run(progress: 0.25), TestContext.Current.CancellationToken);
        using var response = await front.Admin.GetAsync($"{_run}/events", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var (name, data) = await Event(reader);
        Assert.Equal("progress", name);
        Assert.Contains("\"progress\":0.25", data, StringComparison.Ordinal);

        // The server may not have begun to wait when the clock moves, so it moves until the ping has come.
        var silence = Event(reader);
        while (!silence.IsCompleted)
        {
            front.Clock.Advance(TimeSpan.FromSeconds(15));
            await Task.WhenAny(silence, Task.Delay(20, TestContext.Current.CancellationToken));
        }

        Assert.Equal("ping", (await silence).Name);
        await changes.Writer.WriteAsync(Samples.Run(TrainingState.Succeeded, 1), TestContext.Current.CancellationToken);
        changes.Writer.Complete();
        var rest = new List<(string Name, string Data)>();
        while (rest.LastOrDefault().Name != "end")
            rest.Add(await Event(reader));
        Assert.Equal(["progress", "end"], rest.Select(e => e.Name).Where(n => n != "ping"));
        Assert.Contains("succeeded", rest[^1].Data, StringComparison.Ordinal);
        Assert.Null(await reader.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<(string Name, string Data)> Event(StreamReader reader)
    {
        var (name, data) = ("", "");
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { Length: > 0 } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line["event: ".Length..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data = line["data: ".Length..];
        }

        return (name, data);
    }
}
