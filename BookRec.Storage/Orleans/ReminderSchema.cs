namespace BookRec.Storage.Orleans;

/// <summary>Reminders for Orleans' ADO.NET provider on PostgreSQL. The provider finds the statements in <c>OrleansQuery</c> by key.</summary>
internal static class ReminderSchema
{
    public const string Table =
        """
        CREATE TABLE OrleansRemindersTable (
            ServiceId text NOT NULL,
            GrainId text NOT NULL,
            ReminderName text NOT NULL,
            StartTime timestamptz(3) NOT NULL,
            Period bigint NOT NULL,
            GrainHash integer NOT NULL,
            Version integer NOT NULL,
            PRIMARY KEY (ServiceId, GrainId, ReminderName)
        )
        """;

    /// <summary>Each silo reads the reminders of its range of the ring.</summary>
    public const string Index = "CREATE INDEX ix_reminders_hash ON OrleansRemindersTable (ServiceId, GrainHash)";

    private const string Select = "SELECT GrainId, ReminderName, StartTime, Period, Version FROM OrleansRemindersTable WHERE ServiceId = @ServiceId";

    public static IEnumerable<(string Key, string Text)> Queries =>
    [
        ("ReadReminderRowsKey", $"{Select} AND GrainId = @GrainId"),
        ("ReadReminderRowKey", $"{Select} AND GrainId = @GrainId AND ReminderName = @ReminderName"),
        ("ReadRangeRows1Key", $"{Select} AND GrainHash > @BeginHash AND GrainHash <= @EndHash"),

        // The range that runs over the end of the ring.
        ("ReadRangeRows2Key", $"{Select} AND (GrainHash > @BeginHash OR GrainHash <= @EndHash)"),
        ("UpsertReminderRowKey",
            """
            INSERT INTO OrleansRemindersTable (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash, Version)
            VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
            ON CONFLICT (ServiceId, GrainId, ReminderName) DO UPDATE SET
                StartTime = excluded.StartTime, Period = excluded.Period, GrainHash = excluded.GrainHash, Version = OrleansRemindersTable.Version + 1
            RETURNING Version
            """),

        // The provider reads one number: how many rows went.
        ("DeleteReminderRowKey",
            """
            WITH gone AS (
                DELETE FROM OrleansRemindersTable
                WHERE ServiceId = @ServiceId AND GrainId = @GrainId AND ReminderName = @ReminderName AND Version = @Version
                RETURNING 1)
            SELECT CAST(COUNT(*) AS integer) FROM gone
            """),
        ("DeleteReminderRowsKey", "DELETE FROM OrleansRemindersTable WHERE ServiceId = @ServiceId"),
    ];
}
