using System.Buffers.Binary;
using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FluentMigrator.Runner;
using Npgsql;
using NpgsqlTypes;

namespace BookRec.Storage.Databases;

/// <summary>PostgreSQL, 13 or later.</summary>
internal sealed class PostgresDialect : Dialect
{
    /// <summary>The advisory lock that upgrades of the schema take; any fixed number nobody else uses.</summary>
    private const long SchemaLock = 0x426F6F6B526563;

    /// <summary>
    /// How long a login is repeated that is refused: a password changes in two places, PostgreSQL and the secret, and whoever changes it needs
    /// a moment between the two.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly ChangingPassword? _password;

    public PostgresDialect(string connectionString, ChangingPassword? password)
    {
        // What the caller says wins; these are for what is left unsaid.
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        Default("Application Name", () => builder.ApplicationName = "BookRec");
        Default("Maximum Pool Size", () => builder.MaxPoolSize = 50);
        Default("Timeout", () => builder.Timeout = 5);
        Default("Command Timeout", () => builder.CommandTimeout = 30);
        Default("Keepalive", () => builder.KeepAlive = 15);
        Default("Max Auto Prepare", () => builder.MaxAutoPrepare = 64);
        if (password is not null) builder.Password = null;
        (_settings, _password) = (builder, password);
        Where = $"database {builder.Database} of PostgreSQL at {builder.Host}:{builder.Port}";
        var source = new NpgsqlDataSourceBuilder(builder.ConnectionString);
        if (password is not null) source.UsePasswordProvider(_ => password.Current(), (_, _) => ValueTask.FromResult(password.Current()));
        _source = source.Build();

        void Default(string keyword, Action set)
        {
            if (!builder.ShouldSerialize(keyword)) set();
        }
    }

    public override string ConnectionString
        => _password is null ? _settings.ConnectionString : new NpgsqlConnectionStringBuilder(_settings.ConnectionString) { Password = _password.Current() }.ConnectionString;

    public override string OrleansInvariant => "Npgsql";

    public override string Where { get; }

    public override bool IsLoginRefusal(DbException exception)
        => exception is PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification };

    public override DbConnection CreateConnection() => _source.CreateConnection();

    public override async ValueTask<DbConnection> Open(CancellationToken cancellationToken)
    {
        for (var began = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                return await _source.OpenConnectionAsync(cancellationToken);
            }
            catch (PostgresException refused) when (IsLoginRefusal(refused) && Stopwatch.GetElapsedTime(began) < Patience)
            {
                if (_password is null || !await _password.LookUp(cancellationToken))
                    throw;
            }
        }
    }

    public override Task<IAsyncDisposable> LockSchema(CancellationToken cancellationToken) => Lock(SchemaLock, cancellationToken);

    public override Task<IAsyncDisposable> Lock(string name, CancellationToken cancellationToken)
        => Lock(BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"bookrec:{name}"))), cancellationToken);

    private async Task<IAsyncDisposable> Lock(long key, CancellationToken cancellationToken)
    {
        // Held by the session, so it is freed when this process dies, whatever happens to the connections that do the work.
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand("SELECT pg_advisory_lock(@lock)", connection) { CommandTimeout = 0 };
            command.Parameters.AddWithValue("lock", key);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public override void AddMigrations(IMigrationRunnerBuilder builder) => builder.AddPostgres11_0();

    public override bool IsUniqueViolation(DbException exception)
        => exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    public override bool IsRemote => true;

    /// <summary>Classes of states: 22 data exception, 23 integrity constraint, 40 rolled back because of others.</summary>
    public override bool IsRefusal(DbException exception) => exception is PostgresException { SqlState: ['2', '2' or '3', ..] or ['4', '0', ..] };

    public override string In(string column, string parameter) => $"{column} = ANY(@{parameter})";

    public override Task LimitStatements(Session session, TimeSpan limit)
        => session.Execute(string.Create(CultureInfo.InvariantCulture, $"SET LOCAL statement_timeout = {(long)limit.TotalMilliseconds}"));

    /// <summary>A change has the number of its transaction; a snapshot knows the oldest one under way and the first one not begun.</summary>
    public override string ChangeNumbers
        => "SELECT pg_snapshot_xmin(now)::text::bigint, pg_snapshot_xmax(now)::text::bigint FROM pg_current_snapshot() AS now";

    /// <summary>Binary <c>COPY</c> into a staging table of this session, then one <c>INSERT … SELECT</c>.</summary>
    public override async Task<long> Insert<T>(Session session, BulkTable<T> table, IReadOnlyCollection<T> rows)
    {
        if (rows.Count == 0) return 0;
        var connection = (NpgsqlConnection)session.Connection;
        var columns = string.Join(", ", table.Columns.Select(c => c.Name));
        var staging = "incoming_" + table.Name;
        await session.Execute(
            $"CREATE TEMPORARY TABLE IF NOT EXISTS {staging} ({string.Join(", ", table.Columns.Select(c => $"{c.Name} {c.Type}"))}) ON COMMIT DELETE ROWS");
        await session.Execute($"DELETE FROM {staging}");
        await using (var importer = await connection.BeginBinaryImportAsync($"COPY {staging} ({columns}) FROM STDIN (FORMAT BINARY)", session.Cancelled))
        {
            var row = new CopyRow(importer);
            foreach (var item in rows)
            {
                await importer.StartRowAsync(session.Cancelled);
                table.Write(row, item);
            }

            await importer.CompleteAsync(session.Cancelled);
        }

        return await session.Execute($"INSERT INTO {table.Name} ({columns}) SELECT {columns} FROM {staging} ON CONFLICT DO NOTHING");
    }

    public override ValueTask DisposeAsync() => _source.DisposeAsync();

    private sealed class CopyRow(NpgsqlBinaryImporter importer) : IBulkRow
    {
        public void Add(long? value)
        {
            if (value is { } v) importer.Write(v, NpgsqlDbType.Bigint);
            else importer.WriteNull();
        }

        public void Add(short value) => importer.Write(value, NpgsqlDbType.Smallint);

        public void Add(double? value)
        {
            if (value is { } v) importer.Write(v, NpgsqlDbType.Double);
            else importer.WriteNull();
        }

        public void Add(string? value)
        {
            if (value is null) importer.WriteNull();
            else importer.Write(value, NpgsqlDbType.Text);
        }

        public void Add(Guid value) => importer.Write(value, NpgsqlDbType.Uuid);
    }
}
