using System.CommandLine;
using System.CommandLine.Help;
using BookRec.Cli.Chaos;
using BookRec.Cli.Cluster;
using BookRec.Cli.Imports;
using BookRec.Cli.Load;
using BookRec.Cli.Models;
using BookRec.Cli.Output;

namespace BookRec.Cli;

/// <summary>The commands, and what their endings mean to a shell.</summary>
public static class CommandLine
{
    public const int Succeeded = 0;
    public const int Failed = 1;
    public const int Misused = 2;

    /// <summary>What shells report for a program that Ctrl-C ended.</summary>
    public const int Interrupted = 130;

    public static async Task<int> Run(string[] args, CliEnvironment environment, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var parsed = Commands(environment).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                environment.Error.Say($"bookrec: {error.Message}");
            environment.Error.Say("bookrec: --help shows what is possible");
            return Misused;
        }

        try
        {
            var invocation = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                Output = environment.Out.Profile.Out.Writer,
                Error = environment.Error.Profile.Out.Writer,
            };
            return await parsed.InvokeAsync(invocation, cancellationToken);
        }
        catch (CliException problem)
        {
            environment.Error.Say($"bookrec: {problem.Message}");
            foreach (var detail in problem.Details)
                environment.Error.Say($"  {detail}");
            return problem.ExitCode;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            environment.Error.Say($"bookrec: {problem.Message}");
            return Failed;
        }
        catch (OperationCanceledException)
        {
            environment.Error.Say("bookrec: interrupted; what the server has begun goes on there");
            return Interrupted;
        }
    }

    // A plain command, because a RootCommand would call itself after the assembly in its help.
    static Command Commands(CliEnvironment environment) => new("bookrec", "Feeds and watches a BookRec server.")
    {
        new HelpOption(),
        ImportCommand.Create(environment),
        RetrainCommand.Create(environment),
        StatusCommand.Create(environment),
        ClusterCommand.Create(environment),
        ChaosCommand.Create(environment),
        LoadCommand.Create(environment),
    };
}
