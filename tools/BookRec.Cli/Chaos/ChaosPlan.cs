namespace BookRec.Cli.Chaos;

enum Harm
{
    /// <summary>kill -9, and started again after a while.</summary>
    Kill,

    /// <summary>SIGSTOP: it holds its connections and its ports and says nothing; SIGCONT after a while.</summary>
    Pause,
}

/// <summary>One thing done to one process.</summary>
/// <param name="After">Since the beginning.</param>
/// <param name="Lasts">Until it is started again or goes on.</param>
sealed record Fault(TimeSpan After, string Target, Harm Harm, TimeSpan Lasts);

/// <summary>What happens when: the same seed makes the same plan.</summary>
static class ChaosPlan
{
    static readonly TimeSpan FirstFault = TimeSpan.FromSeconds(5);

    /// <summary>Quiet at the end, so that the last fault is seen through under traffic.</summary>
    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    /// <param name="targets">The names of what may be harmed.</param>
    public static IReadOnlyList<Fault> Make(int seed, TimeSpan length, IReadOnlyList<string> targets)
    {
        var random = new Random(seed);
        var busyUntil = targets.ToDictionary(target => target, _ => TimeSpan.Zero);
        var plan = new List<Fault>();
        for (var at = FirstFault; at < length - Quiet; at += Seconds(2, 9))
        {
            // Now and then two or three at once.
            for (var more = true; more; more = random.Next(4) == 0)
            {
                var target = targets[random.Next(targets.Count)];
                var harm = random.Next(3) == 0 ? Harm.Pause : Harm.Kill;
                var lasts = Seconds(1, 8);
                if (busyUntil[target] > at)
                    continue;
                busyUntil[target] = at + lasts + Quiet;
                plan.Add(new Fault(at, target, harm, lasts));
            }
        }

        return plan;

        TimeSpan Seconds(int least, int most) => TimeSpan.FromMilliseconds(random.Next(least * 1000, most * 1000));
    }
}
