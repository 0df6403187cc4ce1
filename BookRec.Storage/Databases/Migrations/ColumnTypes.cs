using FluentMigrator;
using FluentMigrator.Builders.Create.Table;
using FluentMigrator.Builders.IfDatabase;

namespace BookRec.Storage.Databases.Migrations;

/// <summary>Types of columns that both engines read alike.</summary>
internal static class ColumnTypes
{
    /// <summary>Unix milliseconds, UTC; 0 means unknown.</summary>
    public static ICreateTableColumnOptionOrWithColumnSyntax AsInstant(this ICreateTableColumnAsTypeSyntax column) => column.AsInt64();

    /// <summary>Text without a limit.</summary>
    public static ICreateTableColumnOptionOrWithColumnSyntax AsText(this ICreateTableColumnAsTypeSyntax column) => column.AsCustom("TEXT");

    /// <summary>SQLite gives this type real affinity; its own NUMERIC would turn 4.0 into the integer 4.</summary>
    public static ICreateTableColumnOptionOrWithColumnSyntax AsReal(this ICreateTableColumnAsTypeSyntax column) => column.AsCustom("DOUBLE PRECISION");

    /// <summary>What follows runs on PostgreSQL only. (The runner's name for it carries a version, so comparing names would never match.)</summary>
    public static IIfDatabaseExpressionRoot OnPostgres(this Migration migration)
        => migration.IfDatabase(name => name.StartsWith("Postgre", StringComparison.OrdinalIgnoreCase));

    /// <summary>What follows runs on SQLite only.</summary>
    public static IIfDatabaseExpressionRoot OnSqlite(this Migration migration)
        => migration.IfDatabase(name => name.StartsWith("SQLite", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Makes PostgreSQL compare a text column byte by byte, as SQLite does anyway: ranges over prefixes and cursors then mean the same in
    /// both, whatever the server's locale.
    /// </summary>
    public static void CompareBytewise(this Migration migration, string table, string column)
        => migration.OnPostgres().Execute.Sql($"ALTER TABLE {table} ALTER COLUMN {column} TYPE text COLLATE \"C\"");
}
