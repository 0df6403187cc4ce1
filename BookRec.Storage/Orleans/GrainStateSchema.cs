namespace BookRec.Storage.Orleans;

/// <summary>
/// Grain state for Orleans' ADO.NET provider: one row a grain and state name, with a real primary key, so that two racing first writes
/// make one row and one of them loses. (The table Orleans publishes for PostgreSQL has no unique index.)
/// </summary>
/// <remarks>
/// The provider takes the statements from <c>OrleansQuery</c> by key, binds these parameters, and expects one row with the new version in
/// its first column. A row holding null means the version moved on: the grain then sees an inconsistent state. No row at all would go
/// unnoticed when the grain had a version, so every statement answers with a row.
/// </remarks>
internal static class GrainStateSchema
{
    public const string SqliteTable =
        """
        CREATE TABLE OrleansStorage (
            GrainIdHash INTEGER NOT NULL,
            GrainIdN0 INTEGER NOT NULL,
            GrainIdN1 INTEGER NOT NULL,
            GrainTypeHash INTEGER NOT NULL,
            GrainTypeString TEXT NOT NULL,
            GrainIdExtensionString TEXT NOT NULL,
            ServiceId TEXT NOT NULL,
            PayloadBinary BLOB,
            ModifiedOn TEXT NOT NULL,
            Version INTEGER NOT NULL,
            PRIMARY KEY (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, GrainIdExtensionString, ServiceId)
        ) WITHOUT ROWID
        """;

    public const string PostgresTable =
        """
        CREATE TABLE OrleansStorage (
            GrainIdHash integer NOT NULL,
            GrainIdN0 bigint NOT NULL,
            GrainIdN1 bigint NOT NULL,
            GrainTypeHash integer NOT NULL,
            GrainTypeString text NOT NULL,
            GrainIdExtensionString text NOT NULL,
            ServiceId text NOT NULL,
            PayloadBinary bytea,
            ModifiedOn timestamptz NOT NULL,
            Version integer NOT NULL,
            PRIMARY KEY (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, GrainIdExtensionString, ServiceId)
        )
        """;

    private const string ThisRow =
        """
        GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
            AND GrainTypeString = @GrainTypeString AND GrainIdExtensionString = COALESCE(@GrainIdExtensionString, '') AND ServiceId = @ServiceId
        """;

    private const string ThisVersion = "Version = CAST(@GrainStateVersion AS INTEGER)";

    private const string Read = $"SELECT PayloadBinary, Version FROM OrleansStorage WHERE {ThisRow}";

    /// <summary>A first write (no version) inserts or, when the row is there, does nothing; a later one replaces exactly its version.</summary>
    private const string Write =
        $"""
        INSERT INTO OrleansStorage (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId,
            PayloadBinary, ModifiedOn, Version)
        SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, COALESCE(@GrainIdExtensionString, ''), @ServiceId,
            @PayloadBinary, CURRENT_TIMESTAMP, 1
        WHERE @GrainStateVersion IS NULL OR EXISTS (SELECT 1 FROM OrleansStorage WHERE {ThisRow} AND {ThisVersion})
        ON CONFLICT (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, GrainIdExtensionString, ServiceId)
        DO UPDATE SET PayloadBinary = excluded.PayloadBinary, ModifiedOn = excluded.ModifiedOn, Version = OrleansStorage.Version + 1
        WHERE OrleansStorage.{ThisVersion}
        """;

    private const string Clear =
        $"UPDATE OrleansStorage SET PayloadBinary = NULL, ModifiedOn = CURRENT_TIMESTAMP, Version = Version + 1 WHERE {ThisRow} AND {ThisVersion}";

    private const string Delete = $"DELETE FROM OrleansStorage WHERE {ThisRow} AND {ThisVersion}";

    public static IEnumerable<(string Key, string Text)> SqliteQueries =>
    [
        ("ReadFromStorageKey", Read),
        ("WriteToStorageKey", AnswerSqlite(Write)),
        ("ClearStorageKey", AnswerSqlite(Clear)),
        ("DeleteStorageKey", AnswerSqlite(Delete)),
    ];

    public static IEnumerable<(string Key, string Text)> PostgresQueries =>
    [
        ("ReadFromStorageKey", Read),
        ("WriteToStorageKey", AnswerPostgres(Write)),
        ("ClearStorageKey", AnswerPostgres(Clear)),
        ("DeleteStorageKey", AnswerPostgres(Delete)),
    ];

    /// <summary>The version is worked out, not read back: between two statements another process may have written again.</summary>
    private static string AnswerSqlite(string statement)
        => $"{statement};\nSELECT CASE WHEN changes() > 0 THEN COALESCE(@GrainStateVersion, 0) + 1 END AS NewGrainStateVersion";

    private static string AnswerPostgres(string statement)
        => $"WITH done AS ({statement} RETURNING 1)\n"
            + "SELECT CASE WHEN EXISTS (SELECT 1 FROM done) THEN COALESCE(CAST(@GrainStateVersion AS integer), 0) + 1 END AS NewGrainStateVersion";
}
