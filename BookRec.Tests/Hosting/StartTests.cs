using System.Diagnostics;

namespace BookRec.Tests.Hosting;

/// <summary>The real process, started as an operator starts it.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("BookRec:Mod", "--BookRec:Mod=Embedded")]
    [InlineData("BookRec:Mode", "--BookRec:Mode=Clustered")]
    [InlineData("BookRec:Tokens:SigningKey", "--BookRec:Mode=Cluster")]
    [InlineData("--prot", "--prot=1")]
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
}
