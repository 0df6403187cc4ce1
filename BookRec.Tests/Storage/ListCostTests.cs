using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Interfaces.Training;
using BookRec.Storage.Accounts;
using BookRec.Storage.Catalogue;
using BookRec.Storage.Databases;
using BookRec.Storage.Interactions;
using BookRec.Storage.Training;
using BookRec.Tests.Support;
using Dapper;
using Npgsql;

namespace BookRec.Tests.Storage;

/// <summary>What PostgreSQL reads for a page: from one index as many rows as the page has, wherever in the list it stands.</summary>
public sealed class ListCostTests(TestPostgres postgres) : StoreTests(DatabaseEngine.PostgreSql, postgres)
{
    private const int Rows = 3000;
    private const int PageSize = 20;

    /// <summary>A page, the row that shows whether there are more, and the few by which the planner may have a look at the ends of an index.</summary>
    private const int MostRead = 2 * PageSize;

    [Theory]
    [InlineData(BookSort.Popular, "ix_books_popular")]
    [InlineData(BookSort.Title, "ix_books_title_key")]
    [InlineData(BookSort.Newest, "ix_books_newest")]
    [InlineData(BookSort.Oldest, "ix_books_oldest")]
    [InlineData(BookSort.Rating, "ix_books_rating")]
    public Task Books_are_read_by_the_index_of_their_order(BookSort sort, string index)
        => PagesAreReadBy(
            index, "books", (database, page) => new BookStore(database, Time).Search(new BookQuery(Sort: sort), page, Stop),
            $"""
            INSERT INTO books (revision, title, title_key, authors, year, genres, average_rating, ratings_count, rated_by_source, created_at, updated_at)
            SELECT 1, 'Book', 'book ' || n % 7, '[]', NULLIF(1990 + n % 7, 1990), '[]', NULLIF(n % 7, 0), n % 7, 1, 0, 0 FROM generate_series(1, {Rows}) AS n
            """);

    [Fact]
    public async Task A_readers_interactions_are_read_by_the_index_of_readers()
    {
        var reader = await AddReader();
        await PagesAreReadBy(
            "ix_interactions_reader", "interactions", (database, page) => new InteractionStore(database, Time).History(reader.Id, page, Stop),
            $"""
            INSERT INTO interactions (reader, book_id, type, occurred_at, recorded_at, imported)
            SELECT number, n, 1, n / 7, 0, 0 FROM accounts, generate_series(1, {Rows}) AS n
            """);
    }

    [Fact]
    public async Task Training_runs_are_read_by_the_index_of_times()
    {
        await new TrainingLog(Database).Save(
            new TrainingRun(
                Guid.NewGuid(), TrainingState.Failed, TrainingStage.Load, TrainingTrigger.Demand, 0, Time.GetUtcNow(), null, null, null,
                new Dictionary<TrainingStage, double>(), [], null, null),
            Stop);
        await PagesAreReadBy(
            "ix_training_runs_started_at", "training_runs", (database, page) => new TrainingLog(database).List(page, Stop),
            $"""
            INSERT INTO training_runs (id, state, started_at, details)
            SELECT gen_random_uuid(), state, n / 7, details FROM training_runs, generate_series(1, {Rows}) AS n
            """);
    }

    [Fact]
    public Task People_are_read_without_those_who_were_imported_between_them()
        => PagesAreReadBy(
            "ix_accounts_kind", "accounts", (database, page) => new AccountStore(database, Time).List(null, page, Stop),
            $"""
            INSERT INTO accounts (id, role, kind, created_at)
            SELECT gen_random_uuid(), 1, CASE WHEN n BETWEEN 100 AND {Rows} - 100 THEN 2 ELSE 1 END, 0 FROM generate_series(1, {Rows}) AS n
            """,
            within: 200);

    /// <summary>Reads the first page, and one from the middle of the list.</summary>
    private async Task PagesAreReadBy<T>(string index, string table, Func<Database, PageRequest, Task<Page<T>>> list, string rows, int within = Rows)
    {
        await using var server = await OpenApart();
        await server.ExecuteAsync($"{rows}; ANALYZE {table}");
        var middle = (await list(Database, new PageRequest(within / 2))).NextCursor;
        await Database.DisposeAsync();

        foreach (var cursor in (string?[])[null, middle])
        {
            await Settled(server);
            await server.ExecuteAsync("SELECT pg_stat_reset()");
            await using (var database = new Database(DatabaseEngine.PostgreSql, $"{Database.ConnectionString};Pooling=false"))
                Assert.Equal(PageSize, (await list(database, new PageRequest(PageSize, cursor))).Items.Count);
            await Settled(server);

            var reads = (await server.QueryAsync<(string By, long Rows)>(
                """
                SELECT indexrelname, idx_tup_read FROM pg_stat_user_indexes WHERE relname = @table
                UNION ALL
                SELECT 'no index', seq_tup_read FROM pg_stat_user_tables WHERE relname = @table
                """,
                new { table })).ToList();
            Assert.Equal(index, reads.MaxBy(read => read.Rows).By);
            Assert.InRange(reads.Sum(read => read.Rows), PageSize, MostRead);
        }
    }

    /// <summary>Waits until everybody else has left: a connection's numbers are written down at the latest when it ends.</summary>
    private static Task Settled(NpgsqlConnection server)
        => Poll.Until(
            async () => await server.ExecuteScalarAsync<long>(
                "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()") == 0,
            "connections to end");

    private async Task<NpgsqlConnection> OpenApart()
    {
        var connection = new NpgsqlConnection($"{Database.ConnectionString};Pooling=false");
        await connection.OpenAsync(Stop);
        return connection;
    }
}
