using System.Diagnostics;
using BookRec.Cli.Cluster.State;

namespace BookRec.Tests.Support;

/// <summary>A checker of another project, run to its end.</summary>
static class Tool
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Runs a program that a distribution has; fails the test with what it wrote unless it ends with 0.</summary>
    /// <param name="package">Debian's name for what it comes in.</param>
    public static Task<string> Run(string program, string package, string folder, params string[] arguments)
        => Run(new ProcessStartInfo(Installation.Program(program, package), arguments) { WorkingDirectory = folder });

    public static async Task<string> Run(ProcessStartInfo start)
    {
        var (exitCode, output, error) = await Try(start);
        Assert.True(exitCode == 0, $"{Path.GetFileName(start.FileName)} {string.Join(' ', start.ArgumentList)} ended with {exitCode}.\n{output}{error}");
        return output;
    }

    public static async Task<(int ExitCode, string Output, string Error)> Try(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, await output, await error);
    }
}
