using BookRec.Cli;

namespace BookRec.Tests.Cli.Cluster;

/// <summary>A short storm over a whole cluster of real processes, the way <c>./bookrec chaos</c> makes a long one.</summary>
[Collection(nameof(WholeMachine))]
public sealed class ChaosStormTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_short_storm_loses_nothing_doubles_nothing_and_leaves_one_model_everywhere()
    {
        var run = await CliRun.Patiently("chaos", "--seed", "34", "--minutes", "0.4", "--silos", "2");

        output.WriteLine(run.Out);
        Assert.True(run.ExitCode == CommandLine.Succeeded, run.Error);
        Assert.Contains("Seed 34: nothing lost, nothing doubled, one model everywhere", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(" 0 interactions acknowledged", run.Out, StringComparison.Ordinal);
    }
}
