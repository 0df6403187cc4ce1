using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging;

namespace BookRec.Hosting;

public enum HostMode
{
    /// <summary>One process: a co-hosted silo, SQLite, models as files; no server to install.</summary>
    Embedded,

    /// <summary>Many processes: Redis membership, PostgreSQL, S3.</summary>
    Cluster,
}

/// <summary>What both hosts need to know to start; bound from the configuration section <c>BookRec</c>.</summary>
public sealed record HostSettings : IValidatableObject
{
    public const string Section = "BookRec";

    /// <summary>Sections below <c>BookRec</c> that the silo or the front binds and checks.</summary>
    public static readonly IReadOnlyList<string> SiloSections = ["Training", "Interactions", "Models", "Imports", "Silo", "RateLimits", "Front"];

    public HostMode Mode { get; init; } = HostMode.Embedded;

    /// <summary>Where embedded mode keeps everything: database, models, keys, logs, the admin's password. A cluster's silos spool imports in it.</summary>
    [Required]
    public string DataDirectory { get; init; } = "var";

    public DatabaseSettings Database { get; init; } = new();

    public RedisSettings Redis { get; init; } = new();

    public BlobSettings Blobs { get; init; } = new();

    public SecretsSettings Secrets { get; init; } = new();

    public StartupSettings Startup { get; init; } = new();

    public ClusterSettings Cluster { get; init; } = new();

    public TokenSettings Tokens { get; init; } = new();

    public LoggingSettings Logging { get; init; } = new();

    /// <summary>Whether a web front of this mode holds a silo as well.</summary>
    public bool HasSilo => Mode == HostMode.Embedded || Cluster.CoHost;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Mode != HostMode.Cluster)
            yield break;
        if (Tokens.SigningKey is null)
        {
            yield return new ValidationResult(
                "is required in cluster mode, where every front must accept the tokens of the others",
                ["Tokens:SigningKey"]);
        }

        foreach (var (name, key) in new[] { ("Tokens:SigningKey", Tokens.SigningKey), ("Tokens:PreviousSigningKey", Tokens.PreviousSigningKey) })
        {
            if (Mode == HostMode.Cluster && key is not null && Hosting.SigningKey.IsWeak(key))
                yield return new ValidationResult("is a text or a sample, not random bytes; make one with: openssl rand -base64 32", [name]);
        }

        if (Redis.Endpoint is null)
            yield return new ValidationResult("is required in cluster mode, as host:port", ["Redis:Endpoint"]);
    }
}

public sealed record DatabaseSettings
{
    /// <summary><c>Sqlite</c> or <c>PostgreSql</c>.</summary>
    [AllowedValues("Sqlite", "PostgreSql", ErrorMessage = "must be Sqlite or PostgreSql")]
    public string Engine { get; init; } = "Sqlite";

    /// <summary>Null in embedded mode means the file <c>bookrec.db</c> in the data directory.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>Added to the connection string, so that the string itself can be shown; null where the string is enough.</summary>
    public string? Password { get; init; }

    /// <summary>The engine alone: a connection string may hold a password.</summary>
    public override string ToString() => Engine;
}

public sealed record LoggingSettings
{
    /// <summary>The least level of our own events that is written.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;
}
