namespace BookRec.Tests.Cli;

/// <summary>Whatever is given instead of a number, the answer names the option, and nothing is started.</summary>
public sealed class MisuseTests
{
    [Theory]
    [InlineData("load", "--rate", "many")]
    [InlineData("load", "--rate", "0")]
    [InlineData("load", "--rate", "NaN")]
    [InlineData("load --rate 5", "--minutes", "one")]
    [InlineData("load --rate 5", "--readers", "2.5")]
    [InlineData("load --rate 5", "--readers", "-2")]
    [InlineData("chaos", "--minutes", "two")]
    [InlineData("chaos", "--minutes", "0.1")]
    [InlineData("chaos", "--seed", "x")]
    [InlineData("cluster up", "--port", "http")]
    [InlineData("cluster up", "--port", "65536")]
    [InlineData("cluster up", "--silos", "three")]
    [InlineData("cluster up", "--apis", "1.5")]
    [InlineData("cluster up", "--apis", "0")]
    public async Task A_number_that_is_none(string command, string option, string value)
    {
        var run = await CliRun.Of([.. command.Split(' '), option, value]);
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains(option, run.Error, StringComparison.Ordinal);
    }
}
