using System.Diagnostics;
using BookRec.Cli;
using BookRec.Tests.Support;

namespace BookRec.Tests.Cli.Cluster;

/// <summary>A whole cluster of real processes, as <c>./bookrec cluster</c> makes it.</summary>
[Collection(nameof(WholeMachine))]
public sealed class ClusterUpTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_cluster_that_is_up_passes_the_scripts_that_check_a_deployment()
    {
        // Made by the cluster: PostgreSQL's user must be able to enter.
        var folder = Path.Combine(Path.GetTempPath(), $"bookrec-up-{Guid.NewGuid():N}");
        string[] data = ["--data", folder];
        try
        {
            var port = ServerProcess.FreePort();
            await Succeeds("cluster", ["up", "--silos", "2", "--apis", "2", "--port", $"{port}", .. data]);
            await Succeeds("cluster", ["status", .. data]);

            string[] where = [$"https://127.0.0.1:{port}", "--ca", Path.Combine(folder, "tls", "certificate.pem")];
            await Passes("smoke/smoke_test.sh", where);
            await Passes("cloud/test_cloud.sh", where);
        }
        finally
        {
            await CliRun.Patiently(["cluster", "down", .. data]);
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task What_a_cluster_knew_before_it_was_destroyed_it_knows_after_it_was_restored()
        => Assert.Contains("Nothing was lost.", await Succeeds("cluster", "drill"), StringComparison.Ordinal);

    async Task<string> Succeeds(string command, params string[] arguments)
    {
        var run = await CliRun.Patiently([command, .. arguments]);
        output.WriteLine(run.Out);
        Assert.True(run.ExitCode == CommandLine.Succeeded, run.Error);
        return run.Out;
    }

    /// <summary>From this machine, which the cluster's NGINX lets see what is closed to others.</summary>
    async Task Passes(string script, string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Repository.PathOf("tests", script), .. arguments]);
        start.Environment["INSIDE"] = "1";
        var (exitCode, said, error) = await Tool.Try(start);
        output.WriteLine(said);
        Assert.True(exitCode == 0, said + error);
        Assert.Contains("0 failed", said, StringComparison.Ordinal);
    }
}
