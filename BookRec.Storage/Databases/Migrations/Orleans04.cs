using BookRec.Storage.Orleans;
using FluentMigrator;

namespace BookRec.Storage.Databases.Migrations;

/// <summary>The tables Orleans keeps grain state and reminders in, and the statements it reads from them.</summary>
[Migration(2026_04, "Orleans")]
public sealed class Orleans04 : ForwardOnlyMigration
{
    public override void Up()
    {
        Execute.Sql("CREATE TABLE OrleansQuery (QueryKey VARCHAR(64) NOT NULL PRIMARY KEY, QueryText TEXT NOT NULL)");
        foreach (var sqlite in (bool[])[true, false])
        {
            var here = sqlite ? this.OnSqlite() : this.OnPostgres();
            here.Execute.Sql(sqlite ? GrainStateSchema.SqliteTable : GrainStateSchema.PostgresTable);
            foreach (var (key, text) in sqlite ? GrainStateSchema.SqliteQueries : GrainStateSchema.PostgresQueries) here.Execute.Sql(Register(key, text));
        }

        // SQLite is one process with one silo: it keeps reminders in memory and registers them again at start.
        var postgres = this.OnPostgres();
        postgres.Execute.Sql(ReminderSchema.Table);
        postgres.Execute.Sql(ReminderSchema.Index);
        foreach (var (key, text) in ReminderSchema.Queries) postgres.Execute.Sql(Register(key, text));
    }

    private static string Register(string key, string text)
        => $"INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('{key}', '{text.Replace("'", "''", StringComparison.Ordinal)}')";
}
