namespace BookRec.Cli.Cluster;

/// <summary>What is asked for; null leaves it as it is, or takes the default in a new cluster.</summary>
/// <param name="Tls">Whether NGINX speaks HTTPS.</param>
sealed record ClusterSize(int? Silos = null, int? Apis = null, int? Port = null, bool? Tls = null)
{
    public const int DefaultSilos = 3;
    public const int DefaultApis = 2;
    public const int DefaultPort = 8080;
}
