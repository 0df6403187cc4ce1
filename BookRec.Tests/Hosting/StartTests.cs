using System.Diagnostics;
using BookRec.Tests.Support;

namespace BookRec.Tests.Hosting;

/// <summary>The real process, started as an operator starts it.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("BookRec:Mod", "--BookRec:Mod=Embedded")]
    [InlineData("BookRec:Mode", "--BookRec:Mode=Clustered")]
    [InlineData("BookRec:Tokens:SigningKey", "--BookRec:Mode=Cluster")]
    [InlineData("--prot", "--prot=1")]
    [InlineData("urls", "--urls=somewhere")]
    public async Task A_wrong_setting_ends_the_start_with_one_line_that_names_it(string named, string argument)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "BookRec.WebApi.dll"), argument])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, process.ExitCode);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_start_that_is_broken_off_is_no_failure()
    {
        var data = Directory.CreateTempSubdirectory("bookrec-start-");
        await using (var process = ServerProcess.StartOurs("BookRec.WebApi", ["--port", "0", "--data", data.FullName], []))
        {
            await process.Until(() => Task.FromResult(process.Output.Contains("schema up to date", StringComparison.Ordinal)), "the start to begin");
            await process.Signal("TERM");
            Assert.Equal(0, await process.Exit());
            Assert.DoesNotContain("Unhandled", process.Output, StringComparison.Ordinal);
        }

        data.Delete(recursive: true);
    }
}
