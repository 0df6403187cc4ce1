using System.Data.Common;
using Dapper;

namespace BookRec.Storage.Databases;

/// <summary>One connection, its transaction if there is one, and short names for what stores do with them.</summary>
/// <param name="commandTimeout">Longest time for one statement, whole seconds; null: what the connection says.</param>
internal sealed class Session(
    DbConnection connection, DbTransaction? transaction, Dialect dialect, CancellationToken cancellationToken, TimeSpan? commandTimeout = null)
{
    public DbConnection Connection => connection;

    public DbTransaction? Transaction => transaction;

    public Dialect Dialect => dialect;

    public CancellationToken Cancelled => cancellationToken;

    public bool Abandoned { get; private set; }

    /// <summary>The transaction is to be rolled back, not committed.</summary>
    public void Abandon() => Abandoned = true;

    public Task<T?> Single<T>(string sql, object? parameters = null) => connection.QuerySingleOrDefaultAsync<T?>(Command(sql, parameters));

    public async Task<List<T>> List<T>(string sql, object? parameters = null) => (await connection.QueryAsync<T>(Command(sql, parameters))).AsList();

    public async Task<T> Scalar<T>(string sql, object? parameters = null) => (await connection.ExecuteScalarAsync<T>(Command(sql, parameters)))!;

    /// <summary>Several queries in one round trip, their results read in order.</summary>
    public Task<SqlMapper.GridReader> Several(string sql, object? parameters = null) => connection.QueryMultipleAsync(Command(sql, parameters));

    public Task<int> Execute(string sql, object? parameters = null) => connection.ExecuteAsync(Command(sql, parameters));

    private CommandDefinition Command(string sql, object? parameters)
        => new(sql, parameters, transaction, (int?)commandTimeout?.TotalSeconds, cancellationToken: cancellationToken);
}
