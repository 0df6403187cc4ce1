using BookRec.Storage.Catalogue;
using BookRec.Storage.Databases;
using BookRec.Storage.Imports;
using BookRec.Storage.Interactions;
using BookRec.Storage.Orleans;
using BookRec.Tests.Support;
using Npgsql;

namespace BookRec.Tests.Storage;

/// <summary>Statements over whole tables, on a PostgreSQL where they take their time.</summary>
public sealed class MaintenanceTests(TestPostgres postgres) : StoreTests(DatabaseEngine.PostgreSql, postgres)
{
    [Fact]
    public async Task They_may_take_longer_than_the_driver_and_the_server_let_others_take()
    {
        await Execute(
            "CREATE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(6); RETURN NULL; END $$",
            "CREATE TRIGGER slow BEFORE UPDATE ON books FOR EACH STATEMENT EXECUTE FUNCTION take_time()",
            "CREATE TRIGGER slow BEFORE DELETE ON accounts FOR EACH STATEMENT EXECUTE FUNCTION take_time()",
            "CREATE TRIGGER slow BEFORE DELETE ON idempotency_keys FOR EACH STATEMENT EXECUTE FUNCTION take_time()",
            "CREATE TRIGGER slow BEFORE DELETE ON OrleansStorage FOR EACH STATEMENT EXECUTE FUNCTION take_time()");
        await using var impatient = new Database(DatabaseEngine.PostgreSql, $"{Database.ConnectionString};Command Timeout=4;Options=-c statement_timeout=4000");

        await Task.WhenAll(
            new BookStore(impatient, Time).RefreshRatings(Stop),
            new DemoData(impatient, Time).Retire(Stop),
            new InteractionStore(impatient, Time).ForgetKeys(Time.GetUtcNow(), Stop),
            new GrainStateStore(impatient).Forget("session", TimeSpan.Zero, Stop));
    }

    [Fact]
    public async Task They_end_when_their_caller_does()
    {
        await using var connection = new NpgsqlConnection(Database.ConnectionString);
        await connection.OpenAsync(Stop);
        await using var held = await connection.BeginTransactionAsync(Stop);
        await using (var hold = new NpgsqlCommand("LOCK TABLE books", connection, held))
            await hold.ExecuteNonQueryAsync(Stop);
        using var caller = new CancellationTokenSource();
        var refreshing = Books.RefreshRatings(caller.Token);
        await using var waiting = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'books'::regclass AND NOT granted)", connection, held);
        await Poll.Until(async () => (bool)(await waiting.ExecuteScalarAsync(Stop))!, "the statement to wait");

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => refreshing);
    }

    private async Task Execute(params string[] statements)
    {
        await using var connection = new NpgsqlConnection(Database.ConnectionString);
        await connection.OpenAsync(Stop);
        foreach (var statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync(Stop);
        }
    }
}
