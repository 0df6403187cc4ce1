using BookRec.Cli;

namespace BookRec.Tests.Cli;

/// <summary>What a command printed and how it ended.</summary>
sealed record CliRun(int ExitCode, string Out, string Error)
{
    /// <summary>Runs a command in this process, as a script would see it: no terminal.</summary>
    public static Task<CliRun> Of(params string[] args) => Of(TimeSpan.FromMilliseconds(10), args);

    /// <summary>The same, and it looks as seldom as a user's would.</summary>
    public static Task<CliRun> Patiently(params string[] args) => Of(TimeSpan.FromMilliseconds(500), args);

    static async Task<CliRun> Of(TimeSpan pollInterval, string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var environment = new CliEnvironment(
            CliEnvironment.ConsoleOn(output), CliEnvironment.ConsoleOn(error), TimeProvider.System, pollInterval);
        var exitCode = await CommandLine.Run(args, environment, TestContext.Current.CancellationToken);
        return new CliRun(exitCode, output.ToString(), error.ToString());
    }
}
