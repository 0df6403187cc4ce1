using BookRec.Cli.Cluster.Processes;
using BookRec.Cli.Cluster.State;

namespace BookRec.Cli.Cluster.Parts;

/// <summary>What all parts of a cluster need to know of it.</summary>
sealed record ClusterContext(ClusterFolder Folder, ClusterState State, ClusterSecrets Secrets, Installation Installation, TimeProvider Time)
{
    public const string Loopback = "127.0.0.1";

    /// <summary>Of NGINX; null where it speaks plain HTTP.</summary>
    public ServerCertificate? Certificate => State.Tls ? Folder.Certificate : null;
}

/// <summary>One process of a cluster: how it is made ready, started, asked for its health and stopped.</summary>
abstract class Part(ClusterContext context, string name, string role)
{
    public string Name => name;

    public string Role => role;

    /// <summary>What it listens on, by use.</summary>
    public abstract IReadOnlyList<string> PortUses { get; }

    /// <summary>What asks it to end in an orderly way.</summary>
    public virtual Signal StopSignal => Signal.Terminate;

    /// <summary>How long an orderly end may take.</summary>
    public virtual TimeSpan StopLimit => TimeSpan.FromSeconds(10);

    /// <summary>How long it may take from its start until it is healthy.</summary>
    public virtual TimeSpan StartLimit => TimeSpan.FromSeconds(60);

    public string LogFile => Context.Folder.LogOf(Name);

    protected ClusterContext Context => context;

    /// <summary>Files it needs before it starts.</summary>
    public virtual Task Prepare(CancellationToken cancellationToken) => Task.CompletedTask;

    public abstract Launch Launch();

    /// <summary>What is wrong with it, in a few words; null when nothing is.</summary>
    public abstract Task<string?> Ailment(CancellationToken cancellationToken);

    /// <summary>What remains to be done once it answers.</summary>
    public virtual Task Complete(CancellationToken cancellationToken) => Task.CompletedTask;

    public int Port(string use) => Context.State.PortOf(Name, use);
}
