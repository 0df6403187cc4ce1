using BookRec.Engine.Data;
using BookRec.Engine.Neighbours;

namespace BookRec.Engine.Tuning;

/// <summary>
/// Chooses the exponents, the shrinkage and the number of neighbours on a validation split: the best of a few well-known points, then one
/// coordinate at a time around it, with smaller steps in each round. Then the same for the regression that is mixed in.
/// </summary>
public static class NeighbourSearch
{
    const int Rounds = 3;
    const double FirstStep = 0.2;
    const double FirstFactor = 3;
    const double ShareOfBudget = 0.5;

    // RP3β, the shrunk cosine, and two in between with few neighbours, each as published or as close as the form allows.
    static readonly NeighbourOptions[] s_start =
    [
        new() { ReaderExponent = 0.4, SourceExponent = 0.4, TargetExponent = 0.3, Neighbours = 200 },
        new() { ReaderExponent = 0.5, SourceExponent = 0.5, TargetExponent = 0.5, Neighbours = 200, Shrinkage = 20 },
        new() { ReaderExponent = 0.5, SourceExponent = 0.5, TargetExponent = 0.5, Neighbours = 20, Shrinkage = 20 },
        new() { ReaderExponent = 0.3, SourceExponent = 0.3, TargetExponent = 0.3, Neighbours = 10 },
    ];

    /// <returns>The best options found until the budget ran out; at least one point is tried.</returns>
    public static NeighbourOptions Run(
        Split validation, Vocabulary books, TuningOptions options, IProgress<SearchReport>? progress, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        if (options.MaximumNeighbours == 0)
        {
            return new() { Neighbours = 0 };
        }

        var judge = new NeighbourJudge(ReaderSample.Of(validation, options.Validate().Readers), books, options, progress, cancellationToken);
        var start = time.GetTimestamp();
        var tried = new HashSet<NeighbourOptions>();
        (NeighbourOptions Options, double Score)? best = null;
        NeighbourOptions[] previous = options.Previous is { } known ? [known.Neighbours] : [];
        Try([.. previous, .. s_start]);
        for (var round = 0; round < Rounds; round++)
        {
            var (step, factor) = (FirstStep / (1 << round), Math.Pow(FirstFactor, 1.0 / (1 << round)));
            foreach (var move in Moves(step, factor))
            {
                // On in a direction for as long as it helps.
                while (Try([move(best!.Value.Options)]))
                {
                }
            }
        }

        return new RegressionSearch(best!.Value.Options, judge, options, () => HasTime(1), cancellationToken).Run();

        bool HasTime(double share) => time.GetElapsedTime(start) < options.Budget * share;

        bool Try(IEnumerable<NeighbourOptions> candidates)
        {
            var improved = false;
            foreach (var candidate in candidates.Select(c => c with { Neighbours = Math.Clamp(c.Neighbours, 1, options.MaximumNeighbours) }))
            {
                if ((best is not null && !HasTime(ShareOfBudget)) || !tried.Add(candidate))
                {
                    continue;
                }

                var score = judge.Judge(
                    "neighbours",
                    $"k={candidate.Neighbours} a={candidate.ReaderExponent:g3} b={candidate.SourceExponent:g3} c={candidate.TargetExponent:g3} h={candidate.Shrinkage:g3}",
                    NeighbourTrainer.ReadTogether(judge.Train, candidate, options.Threads, cancellationToken));
                if (score > (best?.Score ?? double.NegativeInfinity))
                {
                    (best, improved) = ((candidate, score), true);
                }
            }

            return improved;
        }
    }

    static IEnumerable<Func<NeighbourOptions, NeighbourOptions>> Moves(double step, double factor)
    {
        foreach (var sign in new[] { 1, -1 })
        {
            yield return o => o with { TargetExponent = Exponent(o.TargetExponent + (sign * step)) };
            yield return o => o with { SourceExponent = Exponent(o.SourceExponent + (sign * step)) };
            yield return o => o with { ReaderExponent = Exponent(o.ReaderExponent + (sign * step)) };
            yield return o => o with { Neighbours = Math.Max(1, (int)Math.Round(o.Neighbours * Math.Pow(factor, sign))) };
            yield return o => o with { Shrinkage = sign > 0 ? Math.Round((o.Shrinkage + 3) * factor, 1) : Math.Round(o.Shrinkage / factor, 1) };
        }
    }

    // Rounded, so that a point reached by two ways is tried once.
    static double Exponent(double value) => Math.Round(Math.Clamp(value, 0, 2), 3);
}
