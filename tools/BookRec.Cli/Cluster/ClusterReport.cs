using System.Text.Json;
using BookRec.Cli.Cluster.Parts;
using BookRec.Cli.Cluster.State;
using BookRec.Cli.Output;

namespace BookRec.Cli.Cluster;

/// <param name="State"><c>running</c>, <c>ended</c> (it was started and is gone) or <c>stopped</c>.</param>
/// <param name="Health"><c>ready</c>, or what is missing.</param>
sealed record PartStatus(string Name, string Role, string State, int? Pid, IReadOnlyDictionary<string, int> Ports, long MemoryBytes, string Health, string Log);

/// <summary><c>cluster status</c>.</summary>
static class ClusterReport
{
    const string Ready = "ready";

    static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <returns>0 when every part runs and is healthy.</returns>
    public static async Task<int> Print(CliEnvironment environment, LocalCluster cluster, bool asJson, CancellationToken cancellationToken)
    {
        var parts = await Task.WhenAll(cluster.Parts.Select(part => Status(cluster.State, part, cancellationToken)));
        if (asJson)
        {
            environment.Out.Profile.Out.Writer.WriteLine(JsonSerializer.Serialize(new { url = cluster.State.Url.GetLeftPart(UriPartial.Authority), certificate = cluster.CertificateFile, processes = parts }, Json));
        }
        else
        {
            var table = environment.Out.NewTable("Name", "Role", "State", "Pid", "Ports", "Memory", "Health");
            foreach (var part in parts)
            {
                table.Row(
                    part.Name, part.Role, part.State, $"{part.Pid}", string.Join(", ", part.Ports.Select(p => $"{p.Key} {p.Value}")),
                    part.MemoryBytes > 0 ? ConsoleText.Size(part.MemoryBytes) : "", part.Health);
            }

            environment.Out.Write(table);
        }

        return parts.All(part => part.Health == Ready) ? CommandLine.Succeeded : CommandLine.Failed;
    }

    static async Task<PartStatus> Status(ClusterState state, Part part, CancellationToken cancellationToken)
    {
        var process = state.Running(part.Name);
        var health = process is null ? "" : await part.Ailment(cancellationToken) ?? Ready;
        return new PartStatus(
            part.Name,
            part.Role,
            process is not null ? "running" : state.Processes.ContainsKey(part.Name) ? "ended" : "stopped",
            process?.Pid,
            Ports(state, part),
            process?.Tree().Sum(p => p.MemoryBytes) ?? 0,
            health,
            part.LogFile);
    }

    static SortedDictionary<string, int> Ports(ClusterState state, Part part)
    {
        var own = state.Ports.GetValueOrDefault(part.Name) ?? [];
        return part is Nginx ? new(own) { [state.Url.Scheme] = state.Port } : own;
    }
}
