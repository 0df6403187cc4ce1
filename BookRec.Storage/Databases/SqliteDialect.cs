using System.Data.Common;
using FluentMigrator.Runner;
using Microsoft.Data.Sqlite;

namespace BookRec.Storage.Databases;

/// <summary>
/// SQLite: write-ahead log, so that readers never wait for the writer; <c>synchronous=FULL</c>, so that what was acknowledged survives a
/// power cut and not only a killed process.
/// </summary>
internal sealed class SqliteDialect : Dialect
{
    /// <summary>How long a connection waits for another process's write, seconds.</summary>
    private const int BusySeconds = 30;

    /// <summary>Pages a connection keeps; the engine's own 2 MB make a bulk import read its indexes again and again.</summary>
    private const int CacheKilobytes = 16_000;

    /// <summary>Pages of 4 KB in the log before they are carried into the file.</summary>
    private const int CheckpointPages = 4_000;

    /// <summary>The only name under which Orleans knows SQLite; the driver behind it is Microsoft.Data.Sqlite.</summary>
    private const string Invariant = "System.Data.SQLite";

    private const int SqliteTooBig = 18;
    private const int SqliteConstraint = 19;
    private const int SqliteMismatch = 20;
    private const int SqliteRange = 25;

    private readonly string _path;

    public SqliteDialect(string connectionString)
    {
        var builder = new SqliteConnectionStringBuilder(connectionString) { ForeignKeys = true };
        if (!connectionString.Contains("Default Timeout", StringComparison.OrdinalIgnoreCase)) builder.DefaultTimeout = BusySeconds;
        _path = builder.DataSource;
        ConnectionString = builder.ConnectionString;
    }

    public override string ConnectionString { get; }

    public override string OrleansInvariant => Invariant;

    public override string Where => $"SQLite file {_path}";

    public override bool IsLoginRefusal(DbException exception) => false;

    public override DbConnection CreateConnection() => new SqliteConnection(ConnectionString);

    public override async ValueTask<DbConnection> Open(CancellationToken cancellationToken)
    {
        var connection = CreateConnection();
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var settings = connection.CreateCommand();
            settings.CommandText =
                $"PRAGMA busy_timeout = {BusySeconds * 1000}; PRAGMA synchronous = FULL; "
                + $"PRAGMA cache_size = -{CacheKilobytes}; PRAGMA wal_autocheckpoint = {CheckpointPages}";
            await settings.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public override async Task<IAsyncDisposable> LockSchema(CancellationToken cancellationToken)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(_path)) is { } folder) Directory.CreateDirectory(folder);
        var held = await FileLock.Take(_path + ".schema-lock", cancellationToken);
        try
        {
            // The journal mode belongs to the file, not to the connection, and only changes while nobody else is in it.
            await using var connection = await Open(cancellationToken);
            await using var journal = connection.CreateCommand();
            journal.CommandText = "PRAGMA journal_mode = WAL";
            await journal.ExecuteScalarAsync(cancellationToken);
            return held;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    public override async Task<IAsyncDisposable> Lock(string name, CancellationToken cancellationToken)
        => await FileLock.Take($"{_path}.{name}-lock", cancellationToken);

    public override void AddMigrations(IMigrationRunnerBuilder builder) => builder.AddSQLite();

    public override bool IsUniqueViolation(DbException exception)
        => exception is SqliteException { SqliteErrorCode: SqliteConstraint, SqliteExtendedErrorCode: 1555 or 2067 };

    public override bool IsRemote => false;

    public override bool IsRefusal(DbException exception)
        => exception is SqliteException { SqliteErrorCode: SqliteTooBig or SqliteConstraint or SqliteMismatch or SqliteRange };

    public override string In(string column, string parameter) => $"{column} IN @{parameter}";

    /// <summary>The engine has no such limit.</summary>
    public override Task LimitStatements(Session session, TimeSpan limit) => Task.CompletedTask;

    /// <summary>One writer at a time: numbers become visible in their order.</summary>
    public override string ChangeNumbers => "SELECT following, following FROM (SELECT COALESCE(MAX(change_number), 0) + 1 AS following FROM books)";

    /// <summary>One prepared statement, run once a row: inside one transaction this is as fast as the engine goes.</summary>
    public override Task<long> Insert<T>(Session session, BulkTable<T> table, IReadOnlyCollection<T> rows)
    {
        var names = table.Columns.Select(c => c.Name).ToList();
        using var command = (SqliteCommand)session.Connection.CreateCommand();
        command.Transaction = (SqliteTransaction?)session.Transaction;
        command.CommandText =
            $"INSERT INTO {table.Name} ({string.Join(", ", names)}) VALUES ({string.Join(", ", names.Select(n => "@" + n))}) ON CONFLICT DO NOTHING";
        foreach (var name in names) command.Parameters.Add(new SqliteParameter { ParameterName = "@" + name });
        var row = new ParameterRow(command);
        var added = 0L;
        foreach (var item in rows)
        {
            session.Cancelled.ThrowIfCancellationRequested();
            row.Restart();
            table.Write(row, item);
            added += command.ExecuteNonQuery();
        }

        return Task.FromResult(added);
    }

    public override ValueTask DisposeAsync()
    {
        // Only this database's pool: closing it checkpoints the log and lets the file go.
        using var connection = new SqliteConnection(ConnectionString);
        SqliteConnection.ClearPool(connection);
        return ValueTask.CompletedTask;
    }

    private sealed class ParameterRow(SqliteCommand command) : IBulkRow
    {
        private int _next;

        public void Restart() => _next = 0;

        public void Add(long? value) => Set(SqliteType.Integer, value);

        public void Add(short value) => Set(SqliteType.Integer, (long)value);

        public void Add(double? value) => Set(SqliteType.Real, value);

        public void Add(string? value) => Set(SqliteType.Text, value);

        public void Add(Guid value) => Set(SqliteType.Text, value);

        private void Set(SqliteType type, object? value)
        {
            var parameter = command.Parameters[_next++];
            parameter.SqliteType = type;
            parameter.Value = value ?? DBNull.Value;
        }
    }
}
