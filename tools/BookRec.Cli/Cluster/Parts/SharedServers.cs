using BookRec.Cli.Cluster.State;

namespace BookRec.Cli.Cluster.Parts;

/// <summary>The ports of the servers that silos and web APIs share.</summary>
sealed record SharedAddresses(int Postgres, int Redis, int S3, int SecretsManager);

/// <summary>The servers that silos and web APIs share, and the settings that lead there.</summary>
sealed class SharedServers(ClusterContext context)
{
    public Postgres Postgres { get; } = new(context);

    public Redis Redis { get; } = new(context);

    public S3 S3 { get; } = new(context);

    public SecretsManager SecretsManager { get; } = new(context);

    public IReadOnlyList<Part> Parts => [Postgres, Redis, S3, SecretsManager];

    /// <summary>A value for every variable of <c>deploy/cluster.env</c>.</summary>
    public static IReadOnlyDictionary<string, string> Variables(SharedAddresses ports, string clusterId) => new Dictionary<string, string>
    {
        ["BOOKREC_CLUSTER_ID"] = clusterId,
        ["PROXY_NETWORK"] = "127.0.0.0/8",
        ["POSTGRES_HOST"] = ClusterContext.Loopback,
        ["POSTGRES_PORT"] = $"{ports.Postgres}",
        ["REDIS_HOST"] = ClusterContext.Loopback,
        ["REDIS_PORT"] = $"{ports.Redis}",
        ["REDIS_TLS"] = "false",
        ["BOOKREC_BUCKET"] = Cluster.Parts.S3.Bucket,
        ["BOOKREC_SECRET"] = ClusterSecrets.Name,
        ["AWS_REGION"] = "us-east-1",
        ["AWS_ACCESS_KEY_ID"] = Cluster.Parts.S3.AccessKey,
        ["AWS_SECRET_ACCESS_KEY"] = Cluster.Parts.S3.AccessKey,
        ["S3_URL"] = $"http://{ClusterContext.Loopback}:{ports.S3}",
        ["SECRETS_URL"] = $"http://{ClusterContext.Loopback}:{ports.SecretsManager}",
    };

    public IReadOnlyDictionary<string, string> Settings() => SharedSettings.Read(
        File.ReadLines(context.Installation.PathOf("deploy", "cluster.env")),
        Variables(new SharedAddresses(Postgres.Port("sql"), Redis.Port("redis"), S3.Port("s3"), SecretsManager.Port("http")), context.State.ClusterId));
}
