using System.Globalization;
using System.Runtime.InteropServices;

namespace BookRec.Cli.Load;

/// <summary>
/// Puts this process before all others of the machine. A generator beside the servers stands for readers who have processors of their own;
/// where it waits for one, what it measures is its own waiting.
/// </summary>
/// <remarks>
/// Where the kernel groups processes by session (<c>sched_autogroup_enabled</c>), a niceness counts among those of a session alone, and
/// the session has one of its own.
/// </remarks>
sealed class Priority : IDisposable
{
    /// <summary>Ten times the share of a process that is as nice as usual.</summary>
    public const int Niceness = -10;

    const string SessionFile = "/proc/self/autogroup";
    const int OfOneThread = 0;

    readonly int? sessionBefore;

    Priority(int? sessionBefore) => this.sessionBefore = sessionBefore;

    /// <returns>What gives a session its niceness back; null where the system allows nothing of it.</returns>
    public static Priority? Raise()
    {
        if (!OperatingSystem.IsLinux())
            return null;

        // Threads to come inherit from those that start them.
        foreach (var thread in Directory.EnumerateDirectories("/proc/self/task"))
        {
            if (SetPriority(OfOneThread, int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture), Niceness) != 0)
                return null;
        }

        if (!File.Exists(SessionFile))
            return new Priority(sessionBefore: null);
        var before = int.Parse(File.ReadAllText(SessionFile).Split(' ')[^1], CultureInfo.InvariantCulture);
        File.WriteAllText(SessionFile, Text(Niceness));
        return new Priority(before);
    }

    public void Dispose()
    {
        if (sessionBefore is { } niceness)
            File.WriteAllText(SessionFile, Text(niceness));
    }

    static string Text(int niceness) => niceness.ToString(CultureInfo.InvariantCulture);

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int SetPriority(int which, int who, int niceness);
}
