using System.Diagnostics;
using System.Globalization;

namespace BookRec.Cli.Cluster.Processes;

/// <summary>A program to start so that it outlives us: in a session of its own, its output in a file.</summary>
/// <param name="User">Whom it runs as when we are root; null for ourselves.</param>
public sealed record Launch(string Program, IReadOnlyList<string> Arguments, string WorkingDirectory, string? User = null)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Starts it and appends what it prints to a file.</summary>
    public async Task<LinuxProcess> Start(string logFile, CancellationToken cancellationToken)
    {
        // The shell's child becomes setsid and then the program without a fork between, so its id is the program's.
        const string script = """setsid "$@" >>"$0" 2>&1 </dev/null & echo $!""";
        var start = new ProcessStartInfo("/bin/sh", ["-c", script, logFile, .. Command()])
        {
            WorkingDirectory = WorkingDirectory,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        using var shell = Process.Start(start) ?? throw new CliException($"cannot start {Program}");
        var pid = int.Parse(await shell.StandardOutput.ReadToEndAsync(cancellationToken), CultureInfo.InvariantCulture);
        await shell.WaitForExitAsync(cancellationToken);
        return LinuxProcess.Find(pid) ?? new LinuxProcess(pid, "ended at once");
    }

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="CliException">It ended with another code than 0; its output is in the details.</exception>
    public async Task RunToEnd(CancellationToken cancellationToken)
    {
        var command = Command();
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = WorkingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new CliException($"cannot start {Program}");
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new CliException($"{Path.GetFileName(Program)} failed (exit {process.ExitCode})", [.. (await output + error).Split('\n', StringSplitOptions.RemoveEmptyEntries)]);
    }

    string[] Command() => User is null || !System.Environment.IsPrivilegedProcess
        ? [Program, .. Arguments]
        : ["setpriv", $"--reuid={User}", $"--regid={User}", "--init-groups", "--", Program, .. Arguments];
}
