using BookRec.Cli.Cluster.Parts;
using Npgsql;

namespace BookRec.Cli.Cluster.Backups;

/// <summary>How much of everything a database holds.</summary>
sealed record Inventory(long Accounts, long Books, long Interactions, long AuditEntries)
{
    public static async Task<Inventory> Of(Postgres postgres, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString());
        await connection.OpenAsync(cancellationToken);
        return await Of(connection, cancellationToken);
    }

    public static async Task<Inventory> Of(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        return new Inventory(await Count("accounts"), await Count("books"), await Count("interactions"), await Count("audit_log"));

        async Task<long> Count(string table)
        {
            await using var count = new NpgsqlCommand($"SELECT COUNT(*) FROM {table}", connection);
            return (long)(await count.ExecuteScalarAsync(cancellationToken))!;
        }
    }

    public override string ToString() => $"{Accounts} accounts, {Books} books, {Interactions} interactions, {AuditEntries} entries of the audit log";
}
