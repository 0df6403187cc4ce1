using BookRec.Cli.Output;

namespace BookRec.Cli.Load;

/// <summary>Loads at one rate after the other.</summary>
sealed class LoadRun(CliEnvironment environment, ReaderTraffic traffic, CancellationToken cancellationToken)
{
    const double LowestRate = 50;

    /// <summary>The search ends when the highest good and the lowest bad rate are this near.</summary>
    const double Precision = 1.1;

    /// <summary>A rate is served well when so much of it is answered and so many of the answers come in good time.</summary>
    const double LeastAnswered = 0.99;

    const double Tail = 99;

    static readonly TimeSpan Probe = TimeSpan.FromSeconds(8);
    static readonly TimeSpan Recovery = TimeSpan.FromSeconds(30);

    TimeSpan processorTime;
    long requests;

    /// <summary>What the generator itself has taken of this machine's processors for a request.</summary>
    public TimeSpan ProcessorTimeOfRequest => requests == 0 ? TimeSpan.Zero : processorTime / requests;

    public async Task<LoadFigures> At(double rate, TimeSpan duration) => (await Through(new Phase(rate, duration)))[0];

    /// <summary>The highest rate that is served well, the tail at half of it, twice of it, and half of it again.</summary>
    public async Task<IReadOnlyList<(string Name, LoadFigures Figures)>> Beyond(TimeSpan duration)
    {
        var capacity = await Capacity();
        environment.Out.Say($"Up to {ConsoleText.Count(capacity.Rate)} requests a second are served well.");
        var half = await At(capacity.Rate / 2, duration);
        var beyond = await Through(new Phase(capacity.Rate * 2, duration), new Phase(capacity.Rate / 2, Recovery));
        return [("capacity", capacity), ("half", half), ("twice", beyond[0]), ("recovery", beyond[1])];
    }

    /// <returns>The figures of each phase, by when its requests were due.</returns>
    async Task<IReadOnlyList<LoadFigures>> Through(params Phase[] phases)
    {
        var figures = new LoadFigures[phases.Length];
        var start = TimeSpan.Zero;
        for (var i = 0; i < phases.Length; start += phases[i++].Duration)
            figures[i] = new LoadFigures(phases[i].Rate, start);
        var what = $"{string.Join(", then ", phases.Select(phase => ConsoleText.Count(phase.Rate)))} requests a second";
        return await ProgressDisplay.Show(environment, what, async update =>
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var telling = Tell(figures, start, update, ended.Token);
            var before = Environment.CpuUsage.TotalTime;
            await OpenLoop.Run(phases, traffic.Ask, answer => figures.Last(f => f.Start <= answer.DueAt).Add(answer), cancellationToken);
            processorTime += Environment.CpuUsage.TotalTime - before;
            requests += figures.Sum(f => f.Answered + f.Failed);
            await ended.CancelAsync();
            await telling;
            return figures;
        });
    }

    async Task<LoadFigures> Capacity()
    {
        LoadFigures? good = null;
        var bad = double.PositiveInfinity;
        for (var rate = LowestRate; good is null || bad / good.Rate > Precision; rate = double.IsInfinity(bad) ? rate * 2 : Math.Sqrt(good!.Rate * bad))
        {
            var figures = await At(rate, Probe);

            // The first answers at a new rate may be those of a server that still compiles and of caches that are empty.
            if (!IsWell(figures))
                figures = await At(rate, Probe);
            if (IsWell(figures))
                good = figures;
            else
                bad = rate;
            if (good is null)
                throw new CliException($"not even {LowestRate:0} requests a second are served well", [.. figures.Failures.Select(f => $"{f.Value} × {f.Key}")]);
        }

        return good;
    }

    static bool IsWell(LoadFigures figures)
        => figures.Answered >= LeastAnswered * (figures.Answered + figures.Failed) && figures.Latency(Tail) <= LoadFigures.Healthy;

    async Task Tell(LoadFigures[] figures, TimeSpan duration, ProgressUpdate update, CancellationToken ended)
    {
        var began = environment.Time.GetTimestamp();
        while (!ended.IsCancellationRequested)
        {
            update(Math.Min(1, environment.Time.GetElapsedTime(began) / duration), $"{ConsoleText.Count(figures.Sum(f => f.Answered))} answered, {ConsoleText.Count(figures.Sum(f => f.Failed))} failed");
            await environment.Time.Pause(environment.PollInterval, ended);
        }
    }
}
