namespace BookRec.Cli;

/// <summary>An end that the person at the keyboard can understand: a sentence, and lines with more where there are any.</summary>
public sealed class CliException(string message, IReadOnlyList<string>? details = null, int exitCode = CommandLine.Failed, Exception? inner = null)
    : Exception(message, inner)
{
    public IReadOnlyList<string> Details { get; } = details ?? [];

    public int ExitCode { get; } = exitCode;
}
