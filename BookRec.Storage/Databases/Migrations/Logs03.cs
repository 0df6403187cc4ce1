using FluentMigrator;

namespace BookRec.Storage.Databases.Migrations;

/// <summary>Training runs and imports, one row each with the details as JSON.</summary>
[Migration(2026_03, "Logs")]
public sealed class Logs03 : ForwardOnlyMigration
{
    public override void Up()
    {
        foreach (var table in (string[])["training_runs", "imports"])
        {
            Create.Table(table)
                .WithColumn("number").AsInt64().PrimaryKey("pk_" + table).Identity()
                .WithColumn("id").AsGuid().NotNullable()
                .WithColumn("state").AsText().NotNullable()
                .WithColumn("started_at").AsInstant().NotNullable()
                .WithColumn("details").AsText().NotNullable();
            Execute.Sql($"CREATE UNIQUE INDEX ux_{table}_id ON {table} (id)");
            Execute.Sql($"CREATE INDEX ix_{table}_started_at ON {table} (started_at, number)");
        }
    }
}
