using System.Globalization;
using System.Runtime.InteropServices;

namespace BookRec.Cli.Cluster.Processes;

/// <summary>The signals that <c>cluster</c> and <c>chaos</c> send, by Linux' numbers.</summary>
public enum Signal
{
    Hangup = 1,
    Interrupt = 2,
    Quit = 3,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

/// <summary>A process by its id <em>and</em> when it began: an id alone may have been given to another program meanwhile.</summary>
/// <param name="Pid">The process id.</param>
/// <param name="Began">The boot it belongs to and the kernel's clock ticks since then.</param>
public sealed record LinuxProcess(int Pid, string Began)
{
    /// <summary>Field 22 of <c>/proc/PID/stat</c>, counted from the one after the command's name.</summary>
    const int StartTimeField = 19;

    const int ParentField = 1;
    const int NoSuchProcess = 3;

    static readonly Lazy<string> Boot = new(() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim());

    /// <summary>The process that has this id now; null when there is none, or only one that has ended and is not yet collected.</summary>
    public static LinuxProcess? Find(int pid)
        => Fields(pid) is { } fields && fields[0] is not ("Z" or "X") ? new LinuxProcess(pid, $"{Boot.Value}/{fields[StartTimeField]}") : null;

    public bool IsAlive => Find(Pid) == this;

    /// <summary>Bytes of memory it holds, what it shares with others counted by its share; 0 when it has ended.</summary>
    public long MemoryBytes
    {
        get
        {
            try
            {
                var line = File.ReadLines($"/proc/{Pid}/smaps_rollup").FirstOrDefault(l => l.StartsWith("Pss:", StringComparison.Ordinal));
                return line is null ? 0 : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended between the question and the answer.
                return 0;
            }
        }
    }

    /// <summary>This process and everything it has started, the process itself first.</summary>
    public IReadOnlyList<LinuxProcess> Tree()
    {
        var children = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0)
            .Select(pid => (Pid: pid, Parent: Fields(pid)?[ParentField]))
            .ToLookup(p => p.Parent, p => p.Pid);
        var tree = new List<LinuxProcess>();
        Add(Pid);
        return tree;

        void Add(int pid)
        {
            if (Find(pid) is not { } process)
                return;
            tree.Add(process);
            foreach (var child in children[pid.ToString(CultureInfo.InvariantCulture)])
                Add(child);
        }
    }

    /// <summary>Sends a signal, unless the process has ended.</summary>
    public void Send(Signal signal)
    {
        if (!IsAlive || SendSignal(Pid, (int)signal) == 0)
            return;
        var error = Marshal.GetLastPInvokeError();
        if (error != NoSuchProcess)
            throw new CliException($"cannot send {signal} to process {Pid}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <summary>Sends a signal to this process and all it has started: a server's workers must not outlive or outrun it.</summary>
    public void SendToAll(Signal signal)
    {
        foreach (var process in IsAlive ? Tree() : [])
            process.Send(signal);
    }

    /// <returns>False when it still runs after that time.</returns>
    public async Task<bool> WaitForEnd(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (IsAlive)
        {
            if (time.GetElapsedTime(began) > limit)
                return false;
            await Task.Delay(TimeSpan.FromMilliseconds(25), time, cancellationToken);
        }

        return true;
    }

    /// <summary>The fields of <c>/proc/PID/stat</c> after the command's name, which may hold blanks and parentheses.</summary>
    static string[]? Fields(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int SendSignal(int pid, int signal);
}
