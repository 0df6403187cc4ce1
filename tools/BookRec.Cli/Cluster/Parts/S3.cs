using BookRec.Cli.Cluster.Processes;
using BookRec.Cli.Cluster.State;

namespace BookRec.Cli.Cluster.Parts;

/// <summary>s3rver, which speaks S3 over a folder, with the models' bucket.</summary>
sealed class S3(ClusterContext context) : Part(context, "s3", "models")
{
    public const string Bucket = "bookrec-models";

    /// <summary>The only account s3rver knows; it serves this machine alone.</summary>
    public const string AccessKey = "S3RVER";

    public override IReadOnlyList<string> PortUses => ["s3"];

    public override Launch Launch() => new(
        Installation.Program("node", "nodejs"),
        [
            // s3rver makes the tokens of long lists with DES, which OpenSSL 3 keeps in a drawer of its own.
            "--openssl-legacy-provider", Installation.S3Rver(), "--directory", Context.Folder.Of(Name), "--address", ClusterContext.Loopback, "--port", $"{Port("s3")}",
            "--no-vhost-buckets", "--silent", "--configure-bucket", Bucket,
        ],
        Context.Folder.Of(Name));

    public override Task<string?> Ailment(CancellationToken cancellationToken) => Probe.Answers(Port("s3"), cancellationToken);
}
