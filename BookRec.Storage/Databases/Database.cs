using System.Data.Common;

namespace BookRec.Storage.Databases;

public enum DatabaseEngine
{
    Sqlite,
    PostgreSql,
}

/// <summary>The database everything durable is in: which engine, and connections to it. One per process.</summary>
public sealed class Database : IAsyncDisposable
{
    /// <param name="engine">Which engine.</param>
    /// <param name="connectionString">As Microsoft.Data.Sqlite or Npgsql take it.</param>
    public Database(DatabaseEngine engine, string connectionString) => throw new NotImplementedException();

    public DatabaseEngine Engine => throw new NotImplementedException();

    public string ConnectionString => throw new NotImplementedException();

    /// <summary>The ADO.NET invariant name under which Orleans finds the provider.</summary>
    public string OrleansInvariant => throw new NotImplementedException();

    public ValueTask<DbConnection> Open(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Brings the schema up to date, Orleans' tables included. Safe when several processes start at once.</summary>
    public Task Migrate(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Asks for one row; throws when the database is away.</summary>
    public Task Ping(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
