using System.Data.Common;
using FluentMigrator.Runner;

namespace BookRec.Storage.Databases;

/// <summary>What the two engines do differently. Everything else is one set of statements.</summary>
internal abstract class Dialect : IAsyncDisposable
{
    public abstract string ConnectionString { get; }

    public abstract string OrleansInvariant { get; }

    /// <summary>Which database this is and where, for people; no credentials.</summary>
    public abstract string Where { get; }

    /// <summary>Whether the login was refused: no waiting mends that.</summary>
    public abstract bool IsLoginRefusal(DbException exception);

    /// <summary>A connection that is not open yet.</summary>
    public abstract DbConnection CreateConnection();

    public abstract ValueTask<DbConnection> Open(CancellationToken cancellationToken);

    /// <summary>Makes every other process that upgrades this schema wait until the lock is disposed.</summary>
    public abstract Task<IAsyncDisposable> LockSchema(CancellationToken cancellationToken);

    /// <summary>Makes every other process that asks for this lock on this database wait until it is disposed or this process dies.</summary>
    public abstract Task<IAsyncDisposable> Lock(string name, CancellationToken cancellationToken);

    public abstract void AddMigrations(IMigrationRunnerBuilder builder);

    /// <summary>Whether a statement failed because a value that must be unique is there already.</summary>
    public abstract bool IsUniqueViolation(DbException exception);

    /// <summary>Whether each statement costs a round trip to a server, so that few large ones are worth their length.</summary>
    public abstract bool IsRemote { get; }

    /// <summary>Whether a statement failed because of what it was given, or of others' locks: nothing is wrong with the database itself.</summary>
    public abstract bool IsRefusal(DbException exception);

    /// <summary>The condition that a column holds one of an array's values. PostgreSQL takes the array as it is, SQLite as many parameters.</summary>
    public abstract string In(string column, string parameter);

    /// <summary>Lets each statement of the session's transaction take so long, even where the server has a shorter limit of its own.</summary>
    public abstract Task LimitStatements(Session session, TimeSpan limit);

    /// <summary>
    /// Selects two numbers: every change of a book numbered below the first is settled, that is visible from now on or rolled back; nothing
    /// that is visible now is numbered as high as the second.
    /// </summary>
    public abstract string ChangeNumbers { get; }

    /// <summary>Adds many rows, leaving out those that are there already; returns how many were added.</summary>
    public abstract Task<long> Insert<T>(Session session, BulkTable<T> table, IReadOnlyCollection<T> rows);

    public abstract ValueTask DisposeAsync();
}
