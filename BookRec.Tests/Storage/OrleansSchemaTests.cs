using System.Globalization;
using BookRec.Storage.Databases;
using BookRec.Storage.Orleans;
using BookRec.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace BookRec.Tests.Storage;

public sealed class OrleansSchemaOnSqlite(TestPostgres postgres) : OrleansSchemaTests(DatabaseEngine.Sqlite, postgres);

public sealed class OrleansSchemaOnPostgres(TestPostgres postgres) : OrleansSchemaTests(DatabaseEngine.PostgreSql, postgres)
{
    [Fact]
    public async Task Reminders_are_kept_changed_found_by_range_and_removed()
    {
        var table = Silo.GetRequiredService<IReminderTable>();
        var grain = GrainId.Create("test", "reminded");
        var entry = new ReminderEntry
        {
            GrainId = grain,
            ReminderName = "daily",
            StartAt = new DateTime(2026, 4, 5, 10, 15, 0, 123, DateTimeKind.Utc),
            Period = TimeSpan.FromDays(40),
        };

        var first = await table.UpsertRow(entry, Stop);
        var second = await table.UpsertRow(entry, Stop);

        var read = await table.ReadRow(grain, "daily", Stop);
        Assert.Equal((second, entry.StartAt, entry.Period), (read!.ETag, read.StartAt, read.Period));
        Assert.NotEqual(first, second);
        var hash = grain.GetUniformHashCode();
        Assert.Single((await table.ReadRows(grain, Stop)).Reminders);
        Assert.Single((await table.ReadRows(hash - 1, hash, Stop)).Reminders);
        Assert.Empty((await table.ReadRows(hash, hash + 1, Stop)).Reminders);
        Assert.Single((await table.ReadRows(hash + 1, hash, Stop)).Reminders);
        Assert.False(await table.RemoveRow(grain, "daily", first!, Stop));
        Assert.True(await table.RemoveRow(grain, "daily", second!, Stop));
        Assert.Null(await table.ReadRow(grain, "daily", Stop));
    }
}

/// <summary>Our tables and statements under Orleans' own ADO.NET provider, in a silo of one.</summary>
public abstract class OrleansSchemaTests(DatabaseEngine engine, TestPostgres postgres) : IAsyncLifetime
{
    private const string Kind = "state";

    private TestDatabase? _created;
    private IHost? _host;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected IServiceProvider Silo => _host!.Services;

    private IGrainStorage Storage => Silo.GetRequiredKeyedService<IGrainStorage>("test");

    public async ValueTask InitializeAsync()
    {
        _created = await TestDatabase.Create(engine, postgres);
        var database = _created.Database;
        _host = Host.CreateDefaultBuilder()
            .ConfigureLogging(logging => logging.ClearProviders())
            .UseOrleans(silo =>
            {
                silo.UseLocalhostClustering(ServerProcess.FreePort(), ServerProcess.FreePort());
                silo.AddAdoNetGrainStorage("test", options =>
                {
                    options.Invariant = database.OrleansInvariant;
                    options.DataSource = database.Source;
                    options.DeleteStateOnClear = true;
                });
                if (engine is DatabaseEngine.PostgreSql)
                {
                    silo.UseAdoNetReminderService(options =>
                    {
                        options.Invariant = database.OrleansInvariant;
                        options.DataSource = database.Source;
                    });
                }
            })
            .Build();
        await _host.StartAsync(Stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync(Stop);
            _host.Dispose();
        }

        if (_created is not null) await _created.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task State_is_written_read_replaced_and_cleared()
    {
        var id = GrainId.Create("test", "one");
        var writer = new GrainState<Note>(new Note { Text = "first" });
        await Storage.WriteStateAsync(Kind, id, writer);
        writer.State = new Note { Text = "second" };
        await Storage.WriteStateAsync(Kind, id, writer);

        Assert.Equal(("second", writer.ETag), await Read(id));
        Assert.Equal((null, null), await Read(GrainId.Create("test", "other")));
        await Storage.ClearStateAsync(Kind, id, writer);
        Assert.Equal((null, null), await Read(id));
        Assert.Equal(0, Convert.ToInt64(await _created!.Query("SELECT COUNT(*) FROM OrleansStorage"), CultureInfo.InvariantCulture));
        writer.State = new Note { Text = "third" };
        await Storage.WriteStateAsync(Kind, id, writer);
        Assert.Equal("third", (await Read(id)).State);
    }

    [Fact]
    public async Task Rows_that_nobody_has_written_for_long_are_forgotten()
    {
        var store = new GrainStateStore(_created!.Database);
        var (old, young, other) = (GrainId.Create("test", "old"), GrainId.Create("test", "young"), GrainId.Create("test", "other"));
        await Storage.WriteStateAsync(Kind, old, new GrainState<Note>(new Note { Text = "old" }));
        await Storage.WriteStateAsync("another state", other, new GrainState<Note>(new Note { Text = "other" }));
        await _created.Query(engine is DatabaseEngine.PostgreSql
            ? "UPDATE OrleansStorage SET ModifiedOn = CURRENT_TIMESTAMP - INTERVAL '25 hours'"
            : "UPDATE OrleansStorage SET ModifiedOn = datetime('now', '-25 hours')");
        await Storage.WriteStateAsync(Kind, young, new GrainState<Note>(new Note { Text = "young" }));

        Assert.Equal(0, await store.Forget(Kind, TimeSpan.FromHours(26), Stop));
        Assert.Equal(1, await store.Forget(Kind, TimeSpan.FromHours(24), Stop));

        Assert.Null((await Read(old)).State);
        Assert.Equal("young", (await Read(young)).State);
    }

    [Fact]
    public async Task A_write_or_clear_of_an_older_version_is_an_inconsistency()
    {
        var id = GrainId.Create("test", "stale");
        var current = new GrainState<Note>(new Note { Text = "first" });
        await Storage.WriteStateAsync(Kind, id, current);
        var stale = new GrainState<Note>(new Note { Text = "stale" }, current.ETag) { RecordExists = true };
        current.State = new Note { Text = "second" };
        await Storage.WriteStateAsync(Kind, id, current);

        await Assert.ThrowsAnyAsync<InconsistentStateException>(() => Storage.WriteStateAsync(Kind, id, stale));
        await Assert.ThrowsAnyAsync<InconsistentStateException>(() => Storage.ClearStateAsync(Kind, id, stale));
        await Assert.ThrowsAnyAsync<InconsistentStateException>(
            () => Storage.WriteStateAsync(Kind, GrainId.Create("test", "never written"), new GrainState<Note>(new Note { Text = "x" }, "3") { RecordExists = true }));

        Assert.Equal(("second", current.ETag), await Read(id));
    }

    [Fact]
    public async Task Of_racing_first_writes_one_wins()
    {
        for (var round = 0; round < 5; round++)
        {
            var id = GrainId.Create("test", $"race {round}");
            using var start = new Barrier(8);
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
            {
                start.SignalAndWait(Stop);
                try
                {
                    await Storage.WriteStateAsync(Kind, id, new GrainState<Note>(new Note { Text = $"by {i}" }));
                    return $"by {i}";
                }
                catch (InconsistentStateException)
                {
                    return null;
                }
            })));

            Assert.Equal((await Read(id)).State, Assert.Single(outcomes, o => o is not null));
        }
    }

    private async Task<(string? State, string? ETag)> Read(GrainId id)
    {
        var state = new GrainState<Note>();
        await Storage.ReadStateAsync(Kind, id, state);
        return (state.State?.Text, state.ETag);
    }

    [GenerateSerializer]
    public sealed class Note
    {
        [Id(0)]
        public string? Text { get; set; }
    }
}
