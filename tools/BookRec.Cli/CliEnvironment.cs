using Spectre.Console;

namespace BookRec.Cli;

/// <summary>What the commands touch of the world around them, apart from files and the server.</summary>
/// <param name="Out">Results and progress; bars where it is a terminal, plain lines elsewhere.</param>
/// <param name="Error">What went wrong.</param>
/// <param name="PollInterval">Time between two looks at something that runs on the server.</param>
public sealed record CliEnvironment(IAnsiConsole Out, IAnsiConsole Error, TimeProvider Time, TimeSpan PollInterval)
{
    /// <summary>Wide enough that nothing is folded when a file or another program reads the output.</summary>
    const int PlainWidth = 500;

    public static CliEnvironment OfThisProcess()
        => new(ConsoleOn(Console.Out), ConsoleOn(Console.Error), TimeProvider.System, TimeSpan.FromMilliseconds(500));

    /// <summary>A console that writes to <paramref name="writer"/>; plain text unless that is the terminal.</summary>
    public static IAnsiConsole ConsoleOn(TextWriter writer)
    {
        var output = new AnsiConsoleOutput(writer);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = output,
            Ansi = output.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = output.IsTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!output.IsTerminal)
            console.Profile.Width = PlainWidth;
        return console;
    }
}
