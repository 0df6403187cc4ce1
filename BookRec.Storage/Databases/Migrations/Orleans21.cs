using FluentMigrator;

namespace BookRec.Storage.Databases.Migrations;

/// <summary>Grain state by age, so that what is too old to mean anything is found.</summary>
[Migration(2026_21, "Orleans state by age")]
public sealed class Orleans21 : ForwardOnlyMigration
{
    public override void Up() => Execute.Sql("CREATE INDEX ix_orleansstorage_age ON OrleansStorage (GrainTypeString, ModifiedOn)");
}
