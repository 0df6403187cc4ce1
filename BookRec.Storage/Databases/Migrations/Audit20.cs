using FluentMigrator;

namespace BookRec.Storage.Databases.Migrations;

/// <summary>What administrators did.</summary>
[Migration(2026_20, "Audit")]
public sealed class Audit20 : ForwardOnlyMigration
{
    public override void Up()
    {
        // The actor is text and no foreign key: an entry outlives the account of whoever did it.
        Create.Table("audit_log")
            .WithColumn("number").AsInt64().PrimaryKey("pk_audit_log").Identity()
            .WithColumn("at").AsInstant().NotNullable()
            .WithColumn("actor").AsText().NotNullable()
            .WithColumn("action").AsText().NotNullable()
            .WithColumn("target").AsText().Nullable()
            .WithColumn("request_id").AsText().NotNullable()
            .WithColumn("status").AsInt32().Nullable();
        Execute.Sql("CREATE INDEX ix_audit_log_target ON audit_log (target, number)");
    }
}
