using System.Net;
using BookRec.Tests.Support;

namespace BookRec.Tests.EndToEnd;

public sealed class HealthTests
{
    [Fact]
    public async Task Without_its_database_the_app_lives_names_it_goes_on_recommending_and_acknowledges_nothing()
    {
        var postgres = new TestPostgres();
        await postgres.InitializeAsync();
        try
        {
            await using var app = await RunningApp.Start(
                ("BookRec__Database__Engine", "PostgreSql"), ("BookRec__Database__ConnectionString", await postgres.CreateDatabase() + ";Timeout=2;Command Timeout=5"));
            var reader = await app.NewReader();
            await reader.Record(await reader.BookId("Dune"), "like");
            var before = await reader.Top();

            await postgres.DisposeAsync();

            using var live = await app.Http.GetAsync("/api/live");
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
            using var ready = await app.Http.GetAsync("/api/ready");
            var missing = (await ready.Expect(HttpStatusCode.ServiceUnavailable))["missing"]!.AsArray();
            Assert.Equal(["database"], missing.Select(m => (string)m!["name"]!));
            Assert.Equal(before.Ids, (await reader.Top()).Ids);
            using var write = await reader.TryRecord(before.Ids[0], "like");
            await write.Expect(HttpStatusCode.ServiceUnavailable);
            Assert.NotNull(write.Headers.RetryAfter);
        }
        finally
        {
            await postgres.DisposeAsync();
        }
    }
}
