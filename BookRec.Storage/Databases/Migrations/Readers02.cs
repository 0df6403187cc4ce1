using FluentMigrator;

namespace BookRec.Storage.Databases.Migrations;

/// <summary>Accounts, what their owners did with books, and the keys their requests came with.</summary>
[Migration(2026_02, "Readers")]
public sealed class Readers02 : ForwardOnlyMigration
{
    public override void Up()
    {
        // The number stands for the reader in interactions: 8 bytes a row, growing, and the training's row order.
        Create.Table("accounts")
            .WithColumn("number").AsInt64().PrimaryKey("pk_accounts").Identity()
            .WithColumn("id").AsGuid().NotNullable()
            .WithColumn("email").AsText().Nullable()
            .WithColumn("email_key").AsText().Nullable()
            .WithColumn("password_hash").AsText().Nullable()
            .WithColumn("display_name").AsText().Nullable()
            .WithColumn("role").AsInt16().NotNullable()
            .WithColumn("kind").AsInt16().NotNullable()
            .WithColumn("external_id").AsText().Nullable()
            .WithColumn("created_at").AsInstant().NotNullable()
            .WithColumn("disabled_at").AsInstant().Nullable();

        foreach (var column in (string[])["id", "email_key", "external_id"])
            Execute.Sql($"CREATE UNIQUE INDEX ux_accounts_{column} ON accounts ({column})");

        Create.Table("interactions")
            .WithColumn("id").AsInt64().PrimaryKey("pk_interactions").Identity()
            .WithColumn("reader").AsInt64().NotNullable().ForeignKey("fk_interactions_reader", "accounts", "number")
            .WithColumn("book_id").AsInt64().NotNullable().ForeignKey("fk_interactions_book", "books", "id")
            .WithColumn("type").AsInt16().NotNullable()
            .WithColumn("rating").AsReal().Nullable()
            .WithColumn("occurred_at").AsInstant().NotNullable()
            .WithColumn("recorded_at").AsInstant().NotNullable()
            .WithColumn("imported").AsInt16().NotNullable();

        // PostgreSQL checks a foreign key row by row and locks the row pointed to: that doubled the time of an import. Books
        // are never deleted, only marked, accounts go after their interactions, and what adds interactions has looked both up in its transaction.
        this.OnPostgres().Execute.Sql(
            "ALTER TABLE interactions DROP CONSTRAINT fk_interactions_reader, DROP CONSTRAINT fk_interactions_book");

        // Read forwards by training, backwards by a reader's history.
        Execute.Sql("CREATE INDEX ix_interactions_reader ON interactions (reader, occurred_at, id)");

        // What a source tells of a reader and a book it tells once; this is what makes importing it again change nothing.
        Execute.Sql("CREATE UNIQUE INDEX ux_interactions_imported ON interactions (reader, book_id, type) WHERE imported = 1");

        Create.Table("idempotency_keys")
            .WithColumn("reader").AsInt64().NotNullable().PrimaryKey("pk_idempotency_keys").ForeignKey("fk_idempotency_keys_reader", "accounts", "number")
            .WithColumn("idempotency_key").AsText().NotNullable().PrimaryKey("pk_idempotency_keys")
            .WithColumn("request_hash").AsText().NotNullable()
            .WithColumn("answer").AsText().NotNullable()
            .WithColumn("created_at").AsInstant().NotNullable();
        Execute.Sql("CREATE INDEX ix_idempotency_keys_created_at ON idempotency_keys (created_at)");
    }
}
