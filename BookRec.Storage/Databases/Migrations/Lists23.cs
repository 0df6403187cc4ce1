using FluentMigrator;

namespace BookRec.Storage.Databases.Migrations;

/// <summary>An index for each order that books and accounts are listed in.</summary>
[Migration(2026_23, "Lists")]
public sealed class Lists23 : ForwardOnlyMigration
{
    public override void Up()
    {
        Execute.Sql("DROP INDEX ix_books_ratings_count");
        Execute.Sql("CREATE INDEX ix_books_popular ON books ((-ratings_count), id) WHERE deleted_at IS NULL");
        Execute.Sql("CREATE INDEX ix_books_newest ON books ((-COALESCE(year, -1000000)), id) WHERE deleted_at IS NULL");
        Execute.Sql("CREATE INDEX ix_books_oldest ON books ((COALESCE(year, 1000000)), id) WHERE deleted_at IS NULL");
        Execute.Sql("CREATE INDEX ix_books_rating ON books ((-COALESCE(average_rating, -1)), id) WHERE deleted_at IS NULL");

        // Imported readers outnumber people.
        Execute.Sql("CREATE INDEX ix_accounts_kind ON accounts (kind, number)");
    }
}
