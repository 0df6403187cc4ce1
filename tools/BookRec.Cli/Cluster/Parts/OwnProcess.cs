using BookRec.Cli.Cluster.Processes;
using BookRec.Cli.Cluster.State;

namespace BookRec.Cli.Cluster.Parts;

/// <summary>A .NET process of ours, run from a copy of its build so that building again does not pull the files from under it.</summary>
abstract class OwnProcess(ClusterContext context, string name, string role, string project) : Part(context, name, role)
{
    public string Project => project;

    /// <summary>The first start reads in the demo catalogue and trains.</summary>
    public override TimeSpan StartLimit => TimeSpan.FromMinutes(5);

    public override TimeSpan StopLimit => TimeSpan.FromSeconds(60);

    public override IReadOnlyList<string> PortUses => ["http"];

    protected string Folder => Context.Folder.Of(Name);

    public override Launch Launch() => new(
        Installation.Program("dotnet", "dotnet-sdk-10.0"),
        [Path.Combine(ProgramCopies.Copy(Context, project), Path.GetFileName(project) + ".dll"), "--port", $"{Port("http")}", .. Arguments],
        Folder)
    {
        Environment = new Dictionary<string, string>(Settings) { ["DOTNET_NOLOGO"] = "1" },
    };

    public override Task<string?> Ailment(CancellationToken cancellationToken) => Probe.Ready(Port("http"), cancellationToken);

    protected virtual IReadOnlyList<string> Arguments => ["--data", Folder];

    protected abstract IReadOnlyDictionary<string, string> Settings { get; }
}

/// <summary>A silo: grains, models in memory, training.</summary>
sealed class Silo(ClusterContext context, int number, SharedServers servers) : OwnProcess(context, $"silo-{number}", "silo", "BookRec.Silo")
{
    public override IReadOnlyList<string> PortUses => ["http", "silo", "gateway"];

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(servers.Settings())
    {
        ["BookRec__Silo__Name"] = Name,
        ["BookRec__Silo__Port"] = $"{Port("silo")}",
        ["BookRec__Silo__GatewayPort"] = $"{Port("gateway")}",
        ["BookRec__Silo__AdminPasswordFile"] = Context.Folder.AdminPasswordFile,
    };
}

/// <summary>A web API: the REST front, an Orleans client.</summary>
sealed class WebApi(ClusterContext context, int number, SharedServers servers) : OwnProcess(context, $"api-{number}", "web API", "BookRec.WebApi")
{
    protected override IReadOnlyDictionary<string, string> Settings => servers.Settings();
}

/// <summary>Stands in for AWS Secrets Manager.</summary>
sealed class SecretsManager(ClusterContext context) : OwnProcess(context, "secrets", "secrets", "tools/BookRec.SecretsEmulator")
{
    public override TimeSpan StartLimit => TimeSpan.FromSeconds(60);

    public override Task<string?> Ailment(CancellationToken cancellationToken) => Probe.Answers(Port("http"), cancellationToken);

    protected override IReadOnlyList<string> Arguments => ["--secrets", Context.Folder.SecretsFile];

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["AWS_ACCESS_KEY_ID"] = S3.AccessKey,
        ["AWS_SECRET_ACCESS_KEY"] = S3.AccessKey,
    };
}
