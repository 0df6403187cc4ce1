using FluentMigrator;

namespace BookRec.Storage.Databases.Migrations;

/// <summary>Numbers every change of a book, whoever makes it, so that silos can ask for what they have not seen.</summary>
/// <remarks>
/// SQLite: counts on, in the order of commits, since there is one writer at a time. PostgreSQL: the number of the transaction, which says when
/// all changes below it are settled; a sequence would be taken in another order than commits come. Rows from before have 0.
/// </remarks>
[Migration(2026_22, "Book changes")]
public sealed class BookChanges22 : ForwardOnlyMigration
{
    public override void Up()
    {
        Execute.Sql("ALTER TABLE books ADD COLUMN change_number BIGINT NOT NULL DEFAULT 0");
        Execute.Sql("CREATE INDEX ix_books_change_number ON books (change_number)");
        Execute.Sql("DROP INDEX ix_books_updated_at");

        var postgres = this.OnPostgres().Execute;
        postgres.Sql(
            "CREATE FUNCTION number_book_change() RETURNS trigger LANGUAGE plpgsql AS "
            + "'BEGIN NEW.change_number = pg_current_xact_id()::text::bigint; RETURN NEW; END'");
        postgres.Sql("CREATE TRIGGER number_change BEFORE INSERT OR UPDATE ON books FOR EACH ROW EXECUTE FUNCTION number_book_change()");

        // The condition keeps the second from answering the statement of either.
        const string number = "BEGIN UPDATE books SET change_number = (SELECT MAX(change_number) + 1 FROM books) WHERE id = NEW.id; END";
        var sqlite = this.OnSqlite().Execute;
        sqlite.Sql($"CREATE TRIGGER number_new_book AFTER INSERT ON books {number}");
        sqlite.Sql($"CREATE TRIGGER number_change AFTER UPDATE ON books WHEN NEW.change_number = OLD.change_number {number}");
    }
}
