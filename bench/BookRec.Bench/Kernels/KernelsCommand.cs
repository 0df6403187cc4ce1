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
            // In this process: BenchmarkDotNet would build another program, which the project's settings do not fit.
            var summary = BenchmarkRunner.Run<KernelBenches>(args: ["--inProcess", .. parsed.GetValue(arguments)!, .. parsed.UnmatchedTokens]);
            return Task.FromResult(summary is { HasCriticalValidationErrors: false } && summary.Reports.All(report => report.Success) ? 0 : 1);
        });
        return command;
    }
}
