using System.Globalization;
using System.Security.Cryptography;
using BookRec.Cli.Cluster.Parts;
using BookRec.Cli.Cluster.Processes;
using BookRec.Cli.Cluster.State;
using BookRec.Cli.Output;

namespace BookRec.Cli.Cluster;

/// <summary>
/// A cluster on this machine, over one data folder: starts what is missing, asks how it is, stops it. Nothing watches the processes in
/// between; they live on when this program ends, and the next command finds them by the state file.
/// </summary>
sealed class LocalCluster
{
    const int LogLinesInErrors = 15;
    const int LogLineLength = 300;

    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(10);

    readonly CliEnvironment environment;
    readonly ClusterFolder folder;
    ClusterContext context;

    LocalCluster(CliEnvironment environment, ClusterFolder folder, ClusterState state)
    {
        this.environment = environment;
        this.folder = folder;
        context = new ClusterContext(folder, state, ClusterSecrets.From(folder.SecretsFile), Installation.Find(), environment.Time);
    }

    public ClusterState State => context.State;

    public ClusterFolder Folder => folder;

    /// <summary>The certificate that NGINX shows; null where it speaks plain HTTP.</summary>
    public string? CertificateFile => context.Certificate?.File;

    /// <summary>Everything there is or should be, in the order in which it is started.</summary>
    public IReadOnlyList<Part> Parts => [.. Servers.Parts, .. Silos, .. Apis, Front];

    public Postgres Postgres => Servers.Postgres;

    IEnumerable<Silo> Silos => Enumerable.Range(1, State.Silos).Select(number => new Silo(context, number, Servers));

    IEnumerable<WebApi> Apis => Enumerable.Range(1, State.Apis).Select(number => new WebApi(context, number, Servers));

    Nginx Front => new(context, [.. Apis]);

    SharedServers Servers => new(context);

    /// <summary>Opens the cluster of a data folder; makes one when <paramref name="create"/> is given and there is none.</summary>
    public static LocalCluster Open(CliEnvironment environment, string data, ClusterSize? create = null)
    {
        if (!OperatingSystem.IsLinux())
            throw new CliException("cluster works on Linux only; elsewhere use docker-compose.yml");
        var folder = new ClusterFolder(Path.GetFullPath(data));
        var state = ClusterState.Load(folder.StateFile);
        if (state is null && create is null)
            throw new CliException($"there is no cluster in {folder.Root}", ["`./bookrec cluster up` makes one; --data says where."]);
        folder.Create();
        return new LocalCluster(environment, folder, state ?? New(create!));
    }

    /// <summary>Starts what is missing and waits until the front says that it is ready.</summary>
    public async Task Up(ClusterSize size, CancellationToken cancellationToken)
    {
        if (State.Running(Front.Name) is not null && size.Port is { } port && port != State.Port)
            throw new CliException($"the cluster in {folder.Root} is up on port {State.Port}; stop it first to move it");
        Change(State with { Silos = size.Silos ?? State.Silos, Apis = size.Apis ?? State.Apis, Port = size.Port ?? State.Port, Tls = size.Tls ?? State.Tls });
        if (State.Running(Front.Name) is null && !LoopbackPorts.IsFree(State.Port))
            throw new CliException($"port {State.Port} is in use by another program; choose a free one with --port");
        ProgramCopies.Clean(context, inUse: Parts.Any(part => State.Running(part.Name) is not null));
        SettlePorts();
        await StopSurplus(cancellationToken);
        await Task.WhenAll(Servers.Parts.Select(part => Start(part, cancellationToken)));
        // Side by side: the web APIs wait for the silos, and the front answers for both.
        await Task.WhenAll([.. Silos.Select(part => Start(part, cancellationToken)), .. Apis.Select(part => Start(part, cancellationToken))]);
        await StartFront(cancellationToken);
    }

    /// <summary>Starts one part unless it runs, and waits until it is healthy.</summary>
    public async Task Start(Part part, CancellationToken cancellationToken)
    {
        var began = environment.Time.GetTimestamp();
        var running = State.Running(part.Name);
        if (running is null)
        {
            await part.Prepare(cancellationToken);
            running = await Launch(part, cancellationToken);
        }
        else if (await part.Ailment(cancellationToken) is null)
        {
            return;
        }

        while (await part.Ailment(cancellationToken) is { } ailment)
        {
            var elapsed = environment.Time.GetElapsedTime(began);
            if (elapsed > part.StartLimit)
                throw Failure(part, $"{part.Name} is not well after {ConsoleText.Seconds(elapsed)}: {ailment}");
            if (!running.IsAlive)
            {
                // PostgreSQL waits for the last session of the one that was killed by refusing to start.
                if (part.Name != Postgres.Name || elapsed > part.StartLimit / 4)
                    throw Failure(part, $"{part.Name} ended while it started");
                running = await Launch(part, cancellationToken);
            }

            await Task.Delay(PollInterval, environment.Time, cancellationToken);
        }

        await part.Complete(cancellationToken);
        environment.Out.Say($"  {part.Name,-10} {Addresses(part),-40} {ConsoleText.Seconds(environment.Time.GetElapsedTime(began))}");
    }

    /// <summary>Launches without waiting.</summary>
    public async Task<LinuxProcess> Launch(Part part, CancellationToken cancellationToken)
    {
        var process = await part.Launch().Start(part.LogFile, cancellationToken);
        Remember(part.Name, new StartedProcess(part.Role, process, part.LogFile));
        return process;
    }

    /// <summary>Ends a part in an orderly way, and with force when that takes too long.</summary>
    public async Task Stop(Part part, CancellationToken cancellationToken)
    {
        if (State.Running(part.Name) is { } process)
        {
            var began = environment.Time.GetTimestamp();
            // One that was paused could not hear anything.
            process.SendToAll(Signal.Continue);
            process.Send(part.StopSignal);
            var orderly = await process.WaitForEnd(part.StopLimit, environment.Time, cancellationToken);
            if (!orderly)
                await Kill(part, cancellationToken);
            environment.Out.Say(
                $"  {part.Name,-10} {(orderly ? "stopped" : $"did not stop within {part.StopLimit.TotalSeconds:0} s and was killed"),-40} "
                + ConsoleText.Seconds(environment.Time.GetElapsedTime(began)));
        }

        Remember(part.Name, null);
    }

    /// <summary>kill -9, for the process and all it has started.</summary>
    public async Task Kill(Part part, CancellationToken cancellationToken)
    {
        if (State.Running(part.Name) is not { } process)
            throw new CliException($"{part.Name} does not run");
        process.SendToAll(Signal.Kill);
        if (!await process.WaitForEnd(KillLimit, environment.Time, cancellationToken))
            throw new CliException($"{part.Name} (process {process.Pid}) does not end");
    }

    /// <summary>Stops everything, the front first. The data stays.</summary>
    public async Task Down(CancellationToken cancellationToken)
    {
        foreach (var stage in new IReadOnlyList<Part>[] { [Front], [.. Started("api")], [.. Started("silo")], Servers.Parts })
            await Task.WhenAll(stage.Select(part => Stop(part, cancellationToken)));
        ProgramCopies.Clean(context, inUse: false);
    }

    public Part Find(string name) => Parts.FirstOrDefault(part => part.Name == name)
        ?? throw new CliException($"there is no process '{name}'", [$"There are {string.Join(", ", Parts.Select(part => part.Name))}."]);

    static ClusterState New(ClusterSize size) => new(
        $"bookrec-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}",
        size.Port ?? ClusterSize.DefaultPort,
        size.Silos ?? ClusterSize.DefaultSilos,
        size.Apis ?? ClusterSize.DefaultApis,
        [],
        [])
    {
        Tls = size.Tls ?? true,
    };

    /// <summary>Before anything is started, so that no part's settings name a port that another one changes afterwards.</summary>
    void SettlePorts()
    {
        foreach (var part in Parts)
        {
            foreach (var use in part.PortUses)
                State.Settle(part.Name, use);
        }

        State.Save(folder.StateFile);
    }

    async Task StartFront(CancellationToken cancellationToken)
    {
        // The web APIs may have become more or fewer.
        if (State.Running(Front.Name) is { } running && Front.Write())
            running.Send(Signal.Hangup);
        await Start(Front, cancellationToken);
    }

    /// <summary>Silos and web APIs beyond the number wanted; the front learns first which web APIs are left.</summary>
    async Task StopSurplus(CancellationToken cancellationToken)
    {
        var wanted = Parts.Select(part => part.Name).ToHashSet();
        var surplus = Started("api").Concat(Started("silo")).Where(part => !wanted.Contains(part.Name)).ToList();
        if (surplus.Count > 0 && State.Running(Front.Name) is { } front && Front.Write())
            front.Send(Signal.Hangup);
        await Task.WhenAll(surplus.Select(part => Stop(part, cancellationToken)));
    }

    /// <summary>The silos (<c>silo</c>) or web APIs (<c>api</c>) that were started, wanted or not.</summary>
    List<Part> Started(string kind) => State.Processes.Keys
        .Where(name => name.StartsWith(kind + "-", StringComparison.Ordinal))
        .Select(name => int.Parse(name[(kind.Length + 1)..], CultureInfo.InvariantCulture))
        .Select(number => kind == "silo" ? (Part)new Silo(context, number, Servers) : new WebApi(context, number, Servers))
        .ToList();

    void Remember(string name, StartedProcess? process)
    {
        State.Note(name, process);
        State.Save(folder.StateFile);
    }

    void Change(ClusterState state)
    {
        context = context with { State = state };
        state.Save(folder.StateFile);
    }

    static CliException Failure(Part part, string message) => new(message, [.. LogTail.Of(part.LogFile, LogLinesInErrors).Select(Shortened), $"All of it: {part.LogFile}"]);

    /// <summary>A stack trace is one long line in our logs.</summary>
    static string Shortened(string line) => line.Length <= LogLineLength ? line : line[..LogLineLength] + " …";

    static string Addresses(Part part) => string.Join(", ", part.PortUses.Select(use => $"{use} {part.Port(use)}"));
}
