using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Training;
using BookRec.Grains.Options;
using BookRec.Silo;
using BookRec.Storage.Accounts;
using BookRec.Storage.Databases;
using BookRec.Storage.Interactions;
using BookRec.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BookRec.Tests.Grains;

public sealed class HousekeepingTests(TestPostgres postgres) : GrainClusterTests(postgres, silos: 1, DatabaseEngine.PostgreSql)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_database_that_hangs_holds_up_nobody_who_asks_for_a_training_and_what_has_run_out_is_forgotten_later()
    {
        var reader = await new AccountStore(Database.Database, TimeProvider.System).Create("reader@example.org", "hash", null, Role.User, Stop);
        var store = new InteractionStore(Database.Database, TimeProvider.System);
        await store.Record(new(reader.Id, [], "of this week", "hash"), Stop);
        await store.Record(new(reader.Id, [], "of a year ago", "hash"), Stop);
        await Database.Query("UPDATE idempotency_keys SET created_at = 0 WHERE idempotency_key = 'of a year ago'");
        TrainingRun run;
        await using (var connection = await Database.Database.Open(Stop))
        await using (await connection.BeginTransactionAsync(Stop))
        {
            await using var hold = connection.CreateCommand();
            hold.CommandText = "LOCK TABLE idempotency_keys";
            await hold.ExecuteNonQueryAsync(Stop);

            await Tick();
            await Poll.Until(async () => await Waiting() == 1, "the statement to wait");
            await Tick();
            run = await Training.Start(TrainingTrigger.Demand).WaitAsync(Patience, Stop);

            Assert.Equal(run.Id, (await Training.Get(run.Id).WaitAsync(Patience, Stop))!.Id);
            Assert.Equal(1, await Waiting());
        }

        await Poll.Until(async () => (await store.Keys(reader.Id, new(10), Stop)).Items is [{ Key: "of this week" }], "the old key to be forgotten");
    }

    [Fact]
    public async Task Who_has_not_logged_in_for_longer_than_a_session_lasts_has_no_list_of_sessions_left()
    {
        var accounts = new AccountStore(Database.Database, TimeProvider.System);
        foreach (var email in new[] { "gone@example.org", "here@example.org" })
            await Cluster.Grains.GetGrain<ISessionGrain>(Guid.NewGuid()).Start((await accounts.Create(email, "hash", null, Role.User, Stop)).Id, null);
        Assert.Equal(2L, await Lists());
        await Database.Query(
            "UPDATE OrleansStorage SET ModifiedOn = now() - interval '9 days' WHERE ctid = (SELECT ctid FROM OrleansStorage WHERE GrainTypeString = 'access' LIMIT 1)");

        await Tick();

        await Poll.Until(async () => await Lists() == 1, "the old list to be forgotten");
    }

    private async Task<long> Lists() => (long)(await Database.Query("SELECT COUNT(*) FROM OrleansStorage WHERE GrainTypeString = 'access'"))!;

    protected override void Configure(ISiloBuilder silo)
        => silo.Services.AddSingleton(Options.Create(new TrainingOptions { Schedule = "" })).AddSingleton(new SiloSettings());

    private Task Tick() => Training.AsReference<IRemindable>().ReceiveReminder("schedule", default).WaitAsync(Patience, Stop);

    private async Task<long> Waiting() => (long)(await Database.Query("SELECT COUNT(*) FROM pg_locks WHERE relation = 'idempotency_keys'::regclass AND NOT granted"))!;
}
