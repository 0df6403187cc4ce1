namespace BookRec.Hosting;

public enum HostMode
{
    /// <summary>One process: a co-hosted silo, SQLite, models as files; no server to install.</summary>
    Embedded,

    /// <summary>Many processes: Redis membership, PostgreSQL, S3.</summary>
    Cluster,
}

/// <summary>What both hosts need to know to start; bound from the configuration section <c>BookRec</c>.</summary>
public sealed record HostSettings
{
    public HostMode Mode { get; init; } = HostMode.Embedded;

    /// <summary>Where embedded mode keeps everything: database, models, keys, logs, the admin's password.</summary>
    public string DataDirectory { get; init; } = "var";

    public DatabaseSettings Database { get; init; } = new();
}

public sealed record DatabaseSettings
{
    /// <summary><c>Sqlite</c> or <c>PostgreSql</c>.</summary>
    public string Engine { get; init; } = "Sqlite";

    /// <summary>Null in embedded mode means the file <c>bookrec.db</c> in the data directory.</summary>
    public string? ConnectionString { get; init; }
}
