using System.Net;
using System.Text;
using BookRec.Storage.Databases;
using BookRec.Tests.Support;

namespace BookRec.Tests.EndToEnd;

/// <summary>The whole way on PostgreSQL, which is a setting and nothing else.</summary>
public sealed class PostgresTests(TestPostgres postgres)
{
    /// <summary>What makes the app run on an engine, with a database of its own.</summary>
    public static async Task<(string Name, string Value)[]> SettingsOf(DatabaseEngine engine, TestPostgres postgres) => engine is DatabaseEngine.Sqlite
        ? []
        : [("BookRec__Database__Engine", "PostgreSql"), ("BookRec__Database__ConnectionString", await postgres.CreateDatabase())];

    [Fact]
    public async Task Readers_imports_and_models_live_through_a_restart()
    {
        await using var app = await RunningApp.Start([.. RunningApp.Small, .. await SettingsOf(DatabaseEngine.PostgreSql, postgres)]);
        Assert.False(File.Exists(Path.Combine(app.DataDirectory, "bookrec.db")));
        var admin = await app.Admin();
        var reader = await app.NewReader();
        Assert.Equal("popular", (await reader.Top()).Strategy);

        var wizard = await reader.BookId("A Wizard of Earthsea");
        await reader.Record(wizard, "rating", 5);
        var personal = await reader.Top("n=20");
        Assert.Equal("hybrid", personal.Strategy);
        Assert.DoesNotContain(wizard, personal.Ids);
        Assert.Contains(personal.Items.SelectMany((_, i) => personal.ReasonsOf(i)), r => (long?)r["book_id"] == wizard);

        var next = personal.Ids[0];
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => reader.Record(next, "like", key: "once")));
        Assert.Single(answers.Select(a => a.ToJsonString()).Distinct());
        using (var reused = await reader.TryRecord(personal.Ids[1], "like", key: "once"))
            await reused.Expect(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(2, await reader.HistoryLength());

        var (books, interactions) = SampleFiles.Clean(books: 40, readers: 60, each: 8);
        var import = await app.Import("sample", ("books.csv", Encoding.UTF8.GetBytes(books)), ("interactions.csv", Encoding.UTF8.GetBytes(interactions)));
        Assert.Equal(("succeeded", 40, 60, 480), ((string)import["state"]!, (long)import["books"]!, (long)import["readers"]!, (long)import["interactions"]!));
        var run = await app.Train();
        Assert.True((string)run["state"]! is "succeeded" or "rejected", run.ToJsonString());
        var version = (string)(await admin.Get("/api/admin/model-status"))["active"]!["version"]!;
        var before = await reader.Top();
        Assert.Equal(version, before.ModelVersion);

        Assert.Equal(0, await app.Terminate());
        await app.Launch();
        var after = await reader.Top();
        Assert.Equal(version, after.ModelVersion);

        // The order may differ: a book that is newer than the model counts with the ratings it had when the silo learned of it.
        Assert.Equal(before.Items.Count, after.Items.Count);
        Assert.Empty(after.Ids.Intersect([wizard, next]));
        Assert.Equal(2, await reader.HistoryLength());
        Assert.Equal(answers[0].ToJsonString(), (await reader.Record(next, "like", key: "once")).ToJsonString());
    }
}
