using BookRec.Cli.Cluster.Processes;
using BookRec.Cli.Cluster.State;

namespace BookRec.Cli.Cluster.Parts;

/// <summary>Redis with an append-only file: silos that lost the membership table would never find each other again.</summary>
sealed class Redis(ClusterContext context) : Part(context, "redis", "membership")
{
    public override IReadOnlyList<string> PortUses => ["redis"];

    string Settings => Path.Combine(Context.Folder.Of(Name), "redis.conf");

    public override Task Prepare(CancellationToken cancellationToken)
    {
        PrivateFile.Write(
            Settings,
            $"""
            bind {ClusterContext.Loopback}
            port {Port("redis")}
            dir {Path.GetDirectoryName(Settings)}
            requirepass {Context.Secrets.RedisPassword}
            appendonly yes
            appendfsync always
            save ""
            maxmemory-policy noeviction

            """);
        return Task.CompletedTask;
    }

    public override Launch Launch() => new(Installation.Program("redis-server", "redis-server"), [Settings], Path.GetDirectoryName(Settings)!);

    public override Task<string?> Ailment(CancellationToken cancellationToken) => Probe.Redis(Port("redis"), Context.Secrets.RedisPassword, cancellationToken);
}
