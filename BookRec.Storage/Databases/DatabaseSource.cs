using System.Data.Common;

namespace BookRec.Storage.Databases;

/// <summary>The connections of this process as ADO.NET names them, for Orleans' providers: one pool, and one way to log in.</summary>
internal sealed class DatabaseSource(Dialect dialect) : DbDataSource
{
    public override string ConnectionString => dialect.ConnectionString;

    protected override DbConnection CreateDbConnection() => dialect.CreateConnection();

    protected override ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default) => dialect.Open(cancellationToken);
}
