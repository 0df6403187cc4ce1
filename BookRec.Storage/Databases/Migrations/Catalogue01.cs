using FluentMigrator;

namespace BookRec.Storage.Databases.Migrations;

/// <summary>Books, and the words, letter triples and genres they are found by.</summary>
[Migration(2026_01, "Catalogue")]
public sealed class Catalogue01 : ForwardOnlyMigration
{
    public override void Up()
    {
        Create.Table("books")
            .WithColumn("id").AsInt64().PrimaryKey("pk_books").Identity()
            .WithColumn("external_id").AsText().Nullable()
            .WithColumn("revision").AsInt32().NotNullable()
            .WithColumn("title").AsText().NotNullable()
            .WithColumn("title_key").AsText().NotNullable()
            .WithColumn("authors").AsText().NotNullable()
            .WithColumn("year").AsInt32().Nullable()
            .WithColumn("language").AsText().Nullable()
            .WithColumn("genres").AsText().NotNullable()
            .WithColumn("description").AsText().Nullable()
            .WithColumn("isbn").AsText().Nullable()
            .WithColumn("average_rating").AsReal().Nullable()
            .WithColumn("ratings_count").AsInt64().NotNullable()
            .WithColumn("rated_by_source").AsInt16().NotNullable()
            .WithColumn("created_at").AsInstant().NotNullable()
            .WithColumn("updated_at").AsInstant().NotNullable()
            .WithColumn("deleted_at").AsInstant().Nullable();
        this.CompareBytewise("books", "title_key");
        Execute.Sql("CREATE UNIQUE INDEX ux_books_external_id ON books (external_id)");
        Execute.Sql("CREATE INDEX ix_books_updated_at ON books (updated_at, id)");
        Execute.Sql("CREATE INDEX ix_books_ratings_count ON books (ratings_count DESC, id) WHERE deleted_at IS NULL");
        Execute.Sql("CREATE INDEX ix_books_title_key ON books (title_key, id) WHERE deleted_at IS NULL");

        Create.Table("book_terms")
            .WithColumn("term").AsText().NotNullable().PrimaryKey("pk_book_terms")
            .WithColumn("kind").AsInt16().NotNullable().PrimaryKey("pk_book_terms")
            .WithColumn("book_id").AsInt64().NotNullable().PrimaryKey("pk_book_terms").ForeignKey("fk_book_terms_book", "books", "id");
        this.CompareBytewise("book_terms", "term");
        Execute.Sql("CREATE INDEX ix_book_terms_book ON book_terms (book_id)");

        Create.Table("term_trigrams")
            .WithColumn("trigram").AsText().NotNullable().PrimaryKey("pk_term_trigrams")
            .WithColumn("term").AsText().NotNullable().PrimaryKey("pk_term_trigrams");
        this.CompareBytewise("term_trigrams", "trigram");
        this.CompareBytewise("term_trigrams", "term");

        Create.Table("book_genres")
            .WithColumn("genre").AsText().NotNullable().PrimaryKey("pk_book_genres")
            .WithColumn("book_id").AsInt64().NotNullable().PrimaryKey("pk_book_genres").ForeignKey("fk_book_genres_book", "books", "id");
        this.CompareBytewise("book_genres", "genre");
        Execute.Sql("CREATE INDEX ix_book_genres_book ON book_genres (book_id)");
    }
}
