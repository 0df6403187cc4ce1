using BookRec.Cli.Cluster.State;

namespace BookRec.Cli.Cluster.Parts;

/// <summary>The servers that silos and web APIs share, and the settings that lead there.</summary>
sealed class SharedServers(ClusterContext context)
{
    public Postgres Postgres { get; } = new(context);

    public Redis Redis { get; } = new(context);

    public S3 S3 { get; } = new(context);

    public SecretsManager SecretsManager { get; } = new(context);

    public IReadOnlyList<Part> Parts => [Postgres, Redis, S3, SecretsManager];

    public IReadOnlyDictionary<string, string> Settings() => SharedSettings.Read(
        File.ReadLines(context.Installation.PathOf("deploy", "cluster.env")),
        new Dictionary<string, string>
        {
            ["BOOKREC_CLUSTER_ID"] = context.State.ClusterId,
            ["POSTGRES_HOST"] = ClusterContext.Loopback,
            ["POSTGRES_PORT"] = $"{Postgres.Port("sql")}",
            ["REDIS_HOST"] = ClusterContext.Loopback,
            ["REDIS_PORT"] = $"{Redis.Port("redis")}",
            ["BOOKREC_BUCKET"] = S3.Bucket,
            ["BOOKREC_SECRET"] = SecretsManager.SecretName,
            ["AWS_REGION"] = "us-east-1",
            ["AWS_ACCESS_KEY_ID"] = S3.AccessKey,
            ["AWS_SECRET_ACCESS_KEY"] = S3.AccessKey,
            ["S3_URL"] = $"http://{ClusterContext.Loopback}:{S3.Port("s3")}",
            ["SECRETS_URL"] = $"http://{ClusterContext.Loopback}:{SecretsManager.Port("http")}",
        });
}
