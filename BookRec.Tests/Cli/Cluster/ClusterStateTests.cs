using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using BookRec.Cli;
using BookRec.Cli.Cluster.Processes;
using BookRec.Cli.Cluster.State;

namespace BookRec.Tests.Cli.Cluster;

public sealed class ClusterStateTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_saved_is_loaded()
    {
        var path = Path.Combine(folder.Path, "cluster.json");
        var state = New();
        state.Processes["silo-1"] = new StartedProcess("silo", new LinuxProcess(17, "a boot/4711"), "/logs/silo-1.log");
        var port = state.PortOf("silo-1", "gateway");

        state.Save(path);
        var loaded = ClusterState.Load(path)!;

        Assert.Equal(state.Processes["silo-1"], loaded.Processes["silo-1"]);
        Assert.Equal((port, 3, 2, 8080), (loaded.Ports["silo-1"]["gateway"], loaded.Silos, loaded.Apis, loaded.Port));
    }

    [Fact]
    public void A_folder_without_a_cluster_has_no_state() => Assert.Null(ClusterState.Load(Path.Combine(folder.Path, "cluster.json")));

    [Fact]
    public void A_damaged_file_is_named()
    {
        var path = folder.Add("cluster.json", "{ \"silos\": 3");

        var problem = Assert.Throws<CliException>(() => ClusterState.Load(path));

        Assert.Contains(path, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_is_running_until_it_ends()
    {
        var state = New();
        var sleeper = await Sleeper();
        state.Processes["silo-1"] = new StartedProcess("silo", sleeper, "");
        Assert.Equal(sleeper, state.Running("silo-1"));

        sleeper.Send(Signal.Kill);

        Assert.True(await sleeper.WaitForEnd(TimeSpan.FromSeconds(10), TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.Null(state.Running("silo-1"));
    }

    [Fact]
    public async Task A_pid_that_another_program_got_is_not_mistaken()
    {
        var state = New();
        var stranger = await Sleeper();
        var recorded = stranger with { Began = stranger.Began + "1" };
        state.Processes["silo-1"] = new StartedProcess("silo", recorded, "");

        Assert.Null(state.Running("silo-1"));
        recorded.Send(Signal.Kill);
        recorded.SendToAll(Signal.Kill);

        Assert.True(stranger.IsAlive);
        stranger.Send(Signal.Kill);
    }

    [Fact]
    public async Task A_signal_reaches_the_children_too()
    {
        var parent = await new Launch("/bin/sh", ["-c", "sleep 60 & sleep 60 & wait"], folder.Path)
            .Start(Path.Combine(folder.Path, "log"), TestContext.Current.CancellationToken);
        var waited = Stopwatch.StartNew();
        while (parent.Tree().Count < 3 && waited.Elapsed < TimeSpan.FromSeconds(10))
            await Task.Delay(10);
        var tree = parent.Tree();
        Assert.Equal(3, tree.Count);

        parent.SendToAll(Signal.Kill);

        foreach (var process in tree)
            Assert.True(await process.WaitForEnd(TimeSpan.FromSeconds(10), TimeProvider.System, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_a_launched_program_prints_is_in_its_log_and_it_has_its_own_session()
    {
        var log = Path.Combine(folder.Path, "log");
        File.WriteAllText(log, "before\n");
        var launch = new Launch("/bin/sh", ["-c", "echo $GREETING; echo loud >&2; cut -d' ' -f6 /proc/$$/stat; echo $$"], folder.Path)
        {
            Environment = new Dictionary<string, string> { ["GREETING"] = "hello" },
        };

        var process = await launch.Start(log, TestContext.Current.CancellationToken);

        await process.WaitForEnd(TimeSpan.FromSeconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal(["before", "hello", "loud", $"{process.Pid}", $"{process.Pid}"], File.ReadAllLines(log));
    }

    [Fact]
    public void A_port_stays_and_is_nobody_elses()
    {
        var state = New();

        var ports = Enumerable.Range(1, 40).Select(i => state.PortOf($"silo-{i}", "http")).ToList();

        Assert.Equal(ports, Enumerable.Range(1, 40).Select(i => state.PortOf($"silo-{i}", "http")));
        Assert.Equal(40, ports.Distinct().Count());
    }

    [Fact]
    public async Task A_port_that_another_program_took_is_replaced_only_while_nothing_runs()
    {
        var state = New();
        var port = state.PortOf("redis", "redis");
        using var stranger = new TcpListener(IPAddress.Loopback, port);
        stranger.Start();

        var sleeper = await Sleeper();
        state.Processes["silo-1"] = new StartedProcess("silo", sleeper, "");
        Assert.Throws<CliException>(() => state.Settle("redis", "redis"));
        sleeper.Send(Signal.Kill);
        await sleeper.WaitForEnd(TimeSpan.FromSeconds(10), TimeProvider.System, TestContext.Current.CancellationToken);

        state.Settle("redis", "redis");
        Assert.NotEqual(port, state.PortOf("redis", "redis"));
    }

    [Fact]
    public void Secrets_are_made_once_and_for_the_owner_only()
    {
        var path = Path.Combine(folder.Path, "secrets.json");

        var first = ClusterSecrets.From(path);
        var second = ClusterSecrets.From(path);

        Assert.Equal(first, second);
        Assert.Equal(32, Convert.FromBase64String(first.JwtSecretKey).Length);
        Assert.Equal(3, new[] { first.JwtSecretKey, first.PostgresPassword, first.RedisPassword }.Distinct().Count());
        Assert.Contains($"\"{ClusterSecrets.Name}\"", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.DoesNotContain(first.RedisPassword, first.ToString(), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void One_command_at_a_time()
    {
        var cluster = new ClusterFolder(folder.Path);
        using (cluster.Lock())
            Assert.Throws<CliException>(cluster.Lock);
        cluster.Lock().Dispose();
    }

    static ClusterState New() => new("test", 8080, 3, 2, [], []);

    Task<LinuxProcess> Sleeper() => new Launch("sleep", ["60"], folder.Path).Start(Path.Combine(folder.Path, "log"), TestContext.Current.CancellationToken);
}
