using System.Collections.Concurrent;
using BookRec.Cli.Cluster;
using BookRec.Cli.Cluster.Processes;

namespace BookRec.Cli.Chaos;

/// <summary>Carries a plan out, and does what a supervisor would: starts again what has ended.</summary>
sealed class Troublemaker(LocalCluster cluster, Measurements clock, TimeProvider time, Action<string> say)
{
    static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);

    readonly ConcurrentDictionary<string, Fault> underway = new();

    /// <summary>What was done, as <c>silo killed</c>, and how often.</summary>
    public SortedDictionary<string, int> Done { get; } = new(StringComparer.Ordinal);

    /// <summary>How often a process had ended that nobody had killed, such as a silo that came back from a pause to find itself declared dead.</summary>
    public int EndedByThemselves { get; private set; }

    public async Task CarryOut(IReadOnlyList<Fault> plan, CancellationToken cancellationToken)
    {
        var inflicted = new List<Task>();
        foreach (var fault in plan)
        {
            var wait = fault.After - clock.Elapsed;
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, time, cancellationToken);
            inflicted.Add(Inflict(fault, cancellationToken));
        }

        await Task.WhenAll(inflicted);
    }

    /// <summary>Starts what has ended, unless it is meant to be down, until cancelled.</summary>
    public async Task Supervise(CancellationToken cancellationToken)
    {
        var killed = new HashSet<string>();
        while (!cancellationToken.IsCancellationRequested)
        {
            foreach (var part in cluster.Parts.Where(part => cluster.State.Running(part.Name) is null))
            {
                if (underway.ContainsKey(part.Name))
                {
                    killed.Add(part.Name);
                    continue;
                }

                if (!killed.Remove(part.Name))
                {
                    EndedByThemselves++;
                    say($"{part.Name} has ended by itself and is started again");
                }

                await cluster.Launch(part, cancellationToken);
            }

            await Task.Delay(LookAgain, time, CancellationToken.None);
        }
    }

    async Task Inflict(Fault fault, CancellationToken cancellationToken)
    {
        if (cluster.State.Running(fault.Target) is not { } process || !underway.TryAdd(fault.Target, fault))
            return;
        try
        {
            say($"{fault.Target} {(fault.Harm == Harm.Kill ? "killed" : "paused")} for {fault.Lasts.TotalSeconds:0.0} s");
            lock (Done)
            {
                var what = $"{fault.Target} {(fault.Harm == Harm.Kill ? "killed" : "paused")}";
                Done[what] = Done.GetValueOrDefault(what) + 1;
            }

            process.SendToAll(fault.Harm == Harm.Kill ? Signal.Kill : Signal.Stop);
            await Task.Delay(fault.Lasts, time, cancellationToken);
        }
        finally
        {
            if (fault.Harm == Harm.Pause)
                process.SendToAll(Signal.Continue);
            underway.TryRemove(fault.Target, out _);
        }
    }
}
