using System.Data.Common;

namespace BookRec.Storage.Databases;

public enum DatabaseEngine
{
    Sqlite,
    PostgreSql,
}

/// <summary>The database everything durable is in: which engine, and connections to it. One per process.</summary>
/// <remarks>
/// Times are stored as Unix milliseconds UTC in <c>bigint</c> columns, 0 where the time is unknown: the one form both engines compare,
/// index and hand back alike.
/// </remarks>
public sealed class Database : IAsyncDisposable
{
    /// <summary>Longest time for a statement over whole tables: not for ever, since a server that vanishes says nothing.</summary>
    private static readonly TimeSpan s_maintenance = TimeSpan.FromHours(1);

    private readonly Dialect _dialect;

    // SQLite has one writer at a time. Waiting here is fair and costs nothing; waiting in the engine polls and holds a thread.
    private readonly SemaphoreSlim? _writer;

    /// <param name="engine">Which engine.</param>
    /// <param name="connectionString">As Microsoft.Data.Sqlite or Npgsql take it.</param>
    /// <param name="password">For PostgreSQL, where the connection string does not hold it.</param>
    public Database(DatabaseEngine engine, string connectionString, ChangingPassword? password = null)
    {
        Engine = engine;
        _dialect = engine switch
        {
            DatabaseEngine.Sqlite => new SqliteDialect(connectionString),
            DatabaseEngine.PostgreSql => new PostgresDialect(connectionString, password),
            _ => throw new ArgumentOutOfRangeException(nameof(engine), engine, null),
        };
        Source = new DatabaseSource(_dialect);
        if (engine is DatabaseEngine.Sqlite) _writer = new SemaphoreSlim(1, 1);
    }

    public DatabaseEngine Engine { get; }

    public string ConnectionString => _dialect.ConnectionString;

    /// <summary>The ADO.NET invariant name by which Orleans knows whose SQL this database speaks.</summary>
    public string OrleansInvariant => _dialect.OrleansInvariant;

    /// <summary>For Orleans: the connections of <see cref="Open"/>.</summary>
    public DbDataSource Source { get; }

    /// <summary>Which database this is and where, for people; no credentials.</summary>
    public string Where => _dialect.Where;

    internal Dialect Dialect => _dialect;

    public ValueTask<DbConnection> Open(CancellationToken cancellationToken = default) => _dialect.Open(cancellationToken);

    /// <summary>Brings the schema up to date, Orleans' tables included. Safe when several processes start at once.</summary>
    public Task Migrate(CancellationToken cancellationToken = default) => SchemaUpgrade.Run(this, cancellationToken);

    /// <summary>Whether an exception of <see cref="Ping"/> says that the login was refused, which no waiting mends.</summary>
    public bool IsLoginRefusal(DbException exception) => _dialect.IsLoginRefusal(exception);

    /// <summary>Waits for a lock that one process at a time holds on this database, until it is disposed or the process dies.</summary>
    /// <param name="name">What it is for; letters and hyphens.</param>
    public Task<IAsyncDisposable> Lock(string name, CancellationToken cancellationToken = default) => _dialect.Lock(name, cancellationToken);

    /// <summary>Asks for one row; throws when the database is away.</summary>
    public Task Ping(CancellationToken cancellationToken = default)
        => Read(session => session.Scalar<long>("SELECT 1"), cancellationToken);

    /// <summary>Runs queries on one connection, without a transaction.</summary>
    internal Task<T> Read<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken)
        => OffTheTurn(
            async () =>
            {
                await using var connection = await Open(cancellationToken);
                return await work(new Session(connection, null, _dialect, cancellationToken));
            },
            cancellationToken);

    /// <summary>
    /// Runs statements in one transaction and commits it; returns after the commit. A work that calls <see cref="Session.Abandon"/> or
    /// throws leaves nothing behind. PostgreSQL: read committed; SQLite: the writer's lock from the first statement on.
    /// </summary>
    internal Task<T> Write<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken) => Write(work, null, cancellationToken);

    /// <summary>As <see cref="Write{T}(Func{Session, Task{T}}, CancellationToken)"/>, for statements over whole tables, which take as long as there are rows.</summary>
    internal Task<T> Maintain<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken)
        => Write(
            async session =>
            {
                await _dialect.LimitStatements(session, s_maintenance);
                return await work(session);
            },
            s_maintenance,
            cancellationToken);

    private Task<T> Write<T>(Func<Session, Task<T>> work, TimeSpan? commandTimeout, CancellationToken cancellationToken)
        => OffTheTurn(
            async () =>
            {
                if (_writer is not null) await _writer.WaitAsync(cancellationToken);
                try
                {
                    await using var connection = await Open(cancellationToken);
                    await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                    var session = new Session(connection, transaction, _dialect, cancellationToken, commandTimeout);
                    var result = await work(session);

                    // A commit that has begun is seen through: cancelling it would leave the caller not knowing.
                    if (!session.Abandoned) await transaction.CommitAsync(CancellationToken.None);
                    return result;
                }
                finally
                {
                    _writer?.Release();
                }
            },
            cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _dialect.DisposeAsync();
        _writer?.Dispose();
    }

    // SQLite's driver has no asynchronous I/O: a commit would hold a grain's turn, and with it a scheduler thread, for the disk.
    private Task<T> OffTheTurn<T>(Func<Task<T>> work, CancellationToken cancellationToken)
        => Engine is DatabaseEngine.Sqlite ? Task.Run(work, cancellationToken) : work();
}
