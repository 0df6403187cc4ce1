using System.CommandLine;
using BenchmarkDotNet.Running;

namespace BookRec.Bench.Kernels;

/// <summary><c>kernels --filter '*Rank*'</c>: arguments go to BenchmarkDotNet.</summary>
static class KernelsCommand
{
    public static Command Create()
    {
        var arguments = new Argument<string[]>("arguments") { Description = "Of BenchmarkDotNet.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("kernels", "The inner loops by themselves, with BenchmarkDotNet.") { arguments };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, _) =>
        {
            BenchmarkSwitcher.FromTypes([typeof(KernelBenches)]).Run(["--filter", "*", .. parsed.GetValue(arguments)!, .. parsed.UnmatchedTokens]);
            return Task.FromResult(0);
        });
        return command;
    }
}
