using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Imports;
using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Interfaces.Training;
using BookRec.Storage.Databases;
using BookRec.Storage.Imports;
using BookRec.Storage.Training;
using BookRec.Tests.Support;

namespace BookRec.Tests.Storage;

public sealed class LogsOnSqlite(TestPostgres postgres) : LogTests(DatabaseEngine.Sqlite, postgres);

public sealed class LogsOnPostgres(TestPostgres postgres) : LogTests(DatabaseEngine.PostgreSql, postgres);

public abstract class LogTests(DatabaseEngine engine, TestPostgres postgres) : StoreTests(engine, postgres)
{
    [Fact]
    public async Task A_saved_training_run_is_read_back_whole_and_replaced_by_the_next_save()
    {
        var log = new TrainingLog(Database);
        var evaluation = new Evaluation(10, new Dictionary<string, Metric> { ["ndcg@10"] = new(0.25, double.NaN) }, 0.5, 0.5);
        var run = Run(0) with
        {
            StageSeconds = new Dictionary<TrainingStage, double> { [TrainingStage.Load] = 1.5 },
            Epochs = [new EpochProgress(1, 0.75, 2)],
            Evaluation = evaluation,
            Baselines = new Dictionary<string, Evaluation> { ["popularity"] = evaluation },
        };

        await log.Save(run with { Progress = 0 }, Stop);
        await log.Save(run, Stop);

        Assert.Equivalent(run, await log.Find(run.Id, Stop), strict: true);
        Assert.Single((await log.List(new PageRequest(), Stop)).Items);
        Assert.Null(await log.Find(Guid.NewGuid(), Stop));
    }

    [Fact]
    public async Task Training_runs_are_listed_newest_first_while_others_are_added()
    {
        var log = new TrainingLog(Database);
        for (var i = 0; i < 7; i++) await log.Save(Run(i / 2), Stop);
        var before = (await log.List(new PageRequest(100), Stop)).Items.Select(r => r.Id).ToList();
        var seen = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await log.List(new PageRequest(2, cursor), Stop);
            seen.AddRange(page.Items.Select(r => r.Id));
            cursor = page.NextCursor;
            await log.Save(Run(100), Stop);
        }
        while (cursor is not null);

        Assert.Equal(before, seen);
        await Assert.ThrowsAsync<RejectedException>(() => log.List(new PageRequest(2, "nonsense"), Stop));
    }

    [Fact]
    public async Task Imports_that_neither_succeeded_nor_failed_are_unfinished()
    {
        var log = new ImportLog(Database);
        var imports = Enum.GetValues<ImportState>().Select((state, i) => new ImportStatus(
            Guid.CreateVersion7(), state, ImportFormat.Goodbooks, "test", 0.5, 1, 2, 3, 4, 1, [new ImportError("books.csv", 7, "title: missing")], null,
            Time.GetUtcNow().AddSeconds(i), null)).ToList();
        foreach (var import in imports) await log.Save(import, Stop);

        Assert.Equal([ImportState.Uploading, ImportState.Running], (await log.Unfinished(Stop)).Select(i => i.State));
        Assert.Equivalent(imports[3], await log.Find(imports[3].Id, Stop), strict: true);
        Assert.Null(await log.Find(Guid.NewGuid(), Stop));
    }

    private TrainingRun Run(int seconds)
        => new(
            Guid.CreateVersion7(), TrainingState.Running, TrainingStage.Train, TrainingTrigger.Demand, 0.5, Time.GetUtcNow().AddSeconds(seconds), null, null,
            null, new Dictionary<TrainingStage, double>(), [], null, null);
}
