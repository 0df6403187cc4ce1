using System.Text.Json;
using System.Text.Json.Serialization;
using BookRec.Cli.Cluster.Processes;

namespace BookRec.Cli.Cluster.State;

/// <summary>What <c>cluster up</c> has started, in <c>cluster.json</c> of the data folder. Safe from any thread, because parts start side by side.</summary>
/// <param name="ClusterId">Orleans' cluster id; new with every data folder, so that two clusters never mistake each other's silos.</param>
/// <param name="Port">Of NGINX, what people use.</param>
/// <param name="Silos">How many there should be.</param>
/// <param name="Apis">How many web APIs there should be.</param>
/// <param name="Ports">By process and use, such as <c>silo-1</c> and <c>gateway</c>. They stay when the cluster is down, so that it comes back where it was.</param>
/// <param name="Processes">By name.</param>
public sealed record ClusterState(
    string ClusterId,
    int Port,
    int Silos,
    int Apis,
    SortedDictionary<string, SortedDictionary<string, int>> Ports,
    SortedDictionary<string, StartedProcess> Processes)
{
    static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>Whether NGINX speaks HTTPS.</summary>
    public bool Tls { get; init; }

    /// <summary>What people use.</summary>
    [JsonIgnore]
    public Uri Url => new($"{(Tls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp)}://127.0.0.1:{Port}");

    public static ClusterState? Load(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<ClusterState>(File.ReadAllText(path), Json) : null;
        }
        catch (JsonException e)
        {
            throw new CliException($"{path} is not what `cluster up` writes: {e.Message}", inner: e);
        }
    }

    /// <summary>Written aside and renamed, so that whoever reads sees all of it or all of the one before.</summary>
    public void Save(string path)
    {
        lock (Processes)
        {
            var draft = path + ".new";
            File.WriteAllText(draft, JsonSerializer.Serialize(this, Json));
            File.Move(draft, path, overwrite: true);
        }
    }

    /// <summary>The process of that name if it is still the one that was started.</summary>
    public LinuxProcess? Running(string name)
    {
        lock (Processes)
            return Processes.TryGetValue(name, out var started) && started.Process is { IsAlive: true } process ? process : null;
    }

    /// <summary>Notes what was started, or with null that it was stopped.</summary>
    public void Note(string name, StartedProcess? process)
    {
        lock (Processes)
        {
            if (process is null)
                Processes.Remove(name);
            else
                Processes[name] = process;
        }
    }

    /// <summary>The port a process has for one use; chosen when it is asked for first, and the same ever after.</summary>
    public int PortOf(string name, string use)
    {
        lock (Processes)
        {
            if (!Ports.TryGetValue(name, out var ports))
                Ports[name] = ports = [];
            if (!ports.TryGetValue(use, out var port))
                ports[use] = port = LoopbackPorts.Choose(Ports.Values.SelectMany(p => p.Values).Append(Port).ToHashSet());
            return port;
        }
    }

    /// <summary>Gives a process that does not run another port where a stranger has taken the one it had.</summary>
    /// <exception cref="CliException">Running processes of the cluster know it by the old one.</exception>
    public void Settle(string name, string use)
    {
        lock (Processes)
        {
            var port = PortOf(name, use);
            if (Running(name) is not null || LoopbackPorts.IsFree(port))
                return;
            if (Processes.Keys.Any(other => Running(other) is not null))
                throw new CliException($"port {port}, where {name} was, is used by another program now", ["`./bookrec cluster down` and `up` again give it another one."]);
            Ports[name].Remove(use);
            PortOf(name, use);
        }
    }
}

/// <param name="Role">Such as <c>silo</c>.</param>
/// <param name="LogFile">What it prints.</param>
public sealed record StartedProcess(string Role, LinuxProcess Process, string LogFile);
