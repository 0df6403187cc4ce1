using System.Diagnostics;
using BookRec.Tests.Deploy;
using BookRec.Tests.Support;

namespace BookRec.Tests.EndToEnd;

/// <summary>The scripts that operators run against a deployed service, against the running product.</summary>
[Collection(nameof(DemoApp))]
public sealed class OperatorScriptTests(DemoApp demo)
{
    [Fact]
    public async Task The_smoke_test_passes_on_a_service_that_works()
    {
        var (exitCode, output) = await Run("smoke/smoke_test.sh", $"http://127.0.0.1:{demo.App.Port}");

        Assert.True(exitCode == 0, output);
        Assert.Contains("0 failed", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_smoke_test_fails_where_there_is_no_service()
    {
        await using var nginx = await RunningNginx.Start([ServerProcess.FreePort()]);

        var (exitCode, output) = await Run("smoke/smoke_test.sh", nginx.Address.GetLeftPart(UriPartial.Authority));

        Assert.True(exitCode == 1, output);
        Assert.Contains("FAIL  the process is alive", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cloud_test_passes_on_the_public_side()
    {
        await using var nginx = await RunningNginx.Start([demo.App.Port], tls: true, ("BOOKREC_INSIDE", ""));

        var (exitCode, output) = await Run("cloud/test_cloud.sh", nginx.Address.GetLeftPart(UriPartial.Authority), "--ca", nginx.Certificate!.File);

        Assert.True(exitCode == 0, output);
        Assert.Contains("ok    /api/metrics is closed", output, StringComparison.Ordinal);
        Assert.Contains("ok    TLS 1.1 is not", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cloud_test_fails_on_a_service_without_its_proxy()
    {
        var (exitCode, output) = await Run("cloud/test_cloud.sh", $"http://127.0.0.1:{demo.App.Port}");

        Assert.True(exitCode == 1, output);
        Assert.Contains("FAIL  /api/metrics is closed", output, StringComparison.Ordinal);
    }

    static async Task<(int ExitCode, string Output)> Run(string script, params string[] arguments)
    {
        var (exitCode, output, error) = await Tool.Try(new ProcessStartInfo("bash", [Repository.PathOf("tests", script), .. arguments]));
        return (exitCode, output + error);
    }
}
