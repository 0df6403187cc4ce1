using BookRec.Engine.Neighbours;

namespace BookRec.Engine.Tuning;

/// <summary>
/// Chooses the regression that is mixed into the item-to-item part, judged in the mixture: penalties on a grid, several in one pass since they
/// share their sums; then the readers' exponent and the predictors, with the penalties close by, since they move with both; and last the share,
/// which costs no fit.
/// </summary>
/// <param name="start">The other half, and what is known to be good for the regression.</param>
sealed class RegressionSearch(NeighbourOptions start, NeighbourJudge judge, TuningOptions options, Func<bool> hasTime, CancellationToken cancellationToken)
{
    static readonly double[] s_ridges = [40, 10, 160];
    static readonly double[] s_growths = [0.3, 1];
    static readonly double[] s_ridgeFactors = [2, 1.4];
    static readonly double[] s_growthFactors = [3, 1.7];
    static readonly double[] s_readerSteps = [0.2, 0.1];
    static readonly int[] s_predictors = [50, 200];
    static readonly double[] s_shares = [0.5, 0.7, 0.3, 0.6, 0.4, 0.8, 0];

    readonly BookNeighbours _together = NeighbourTrainer.ReadTogether(judge.Train, start, options.Threads, cancellationToken);
    readonly HashSet<RegressionOptions> _tried = [];
    (RegressionOptions Options, BookNeighbours Regression, double Score)? _best;

    /// <returns>The options with the best regression found until the time ran out.</returns>
    public NeighbourOptions Run()
    {
        if (start.Regression.Share == 0 && !hasTime())
        {
            return start;
        }

        // In a mixture without it one regression is as good as another.
        var first = start.Regression.Share > 0 ? start.Regression : new();
        Try([AtMost(first, options.MaximumNeighbours)]);
        Try(from ridge in s_ridges from growth in s_growths select Best with { Ridge = ridge, Growth = growth });
        foreach (var step in s_readerSteps)
        {
            var exponent = Best.ReaderExponent;
            Try(WithRidges(Best with { ReaderExponent = Exponent(exponent + step) }));
            Try(WithRidges(Best with { ReaderExponent = Exponent(exponent - step) }));
        }

        foreach (var predictors in s_predictors)
        {
            Try(WithRidges(AtMost(Best with { Predictors = predictors }, options.MaximumNeighbours)));
        }

        foreach (var (ridge, growth) in s_ridgeFactors.Zip(s_growthFactors))
        {
            Try(Around(Best, ridge, growth));
        }

        return BestShare();
    }

    RegressionOptions Best => _best!.Value.Options;

    static IEnumerable<RegressionOptions> WithRidges(RegressionOptions at) => [at, at with { Ridge = Rounded(at.Ridge * 2) }, at with { Ridge = Rounded(at.Ridge / 2) }];

    static IEnumerable<RegressionOptions> Around(RegressionOptions at, double ridge, double growth)
    {
        yield return at with { Ridge = Rounded(at.Ridge * ridge) };
        yield return at with { Ridge = Rounded(at.Ridge / ridge) };
        yield return at with { Growth = Math.Min(Rounded(at.Growth * growth), RegressionOptions.MaximumGrowth) };
        yield return at with { Growth = Rounded(at.Growth / growth) };
    }

    static double Exponent(double value) => Math.Round(Math.Clamp(value, 0, RegressionOptions.MaximumReaderExponent), 2);

    // Never to nothing: without a penalty the system of two books with the same readers has no solution.
    static double Rounded(double value) => Math.Max(0.01, Math.Round(value, 2));

    static RegressionOptions AtMost(RegressionOptions candidate, int predictors)
        => candidate with { Predictors = Math.Min(Math.Min(candidate.Predictors, predictors), RegressionOptions.MaximumPredictors) };

    /// <param name="together">Penalties alone tell them apart.</param>
    void Try(IEnumerable<RegressionOptions> together)
    {
        RegressionOptions[] candidates = [.. together.Where(_tried.Add)];
        if (candidates.Length == 0 || (_best is not null && !hasTime()))
        {
            return;
        }

        var models = LocalRegression.Fit(judge.Train, candidates, options.Threads, cancellationToken);
        foreach (var (candidate, model) in candidates.Zip(models))
        {
            var score = Judge(candidate, model);
            _best = score > (_best?.Score ?? double.NegativeInfinity) ? (candidate, model, score) : _best;
        }
    }

    NeighbourOptions BestShare()
    {
        var best = _best!.Value;
        foreach (var share in s_shares.Where(share => share != Best.Share).TakeWhile(_ => hasTime()))
        {
            var options = best.Options with { Share = share };
            var score = Judge(options, best.Regression);
            best = score > best.Score ? (options, best.Regression, score) : best;
        }

        return start with { Regression = best.Options };
    }

    double Judge(RegressionOptions trial, BookNeighbours regression) => judge.Judge(
        "regression",
        $"m={trial.Predictors} a={trial.ReaderExponent:g3} λ={trial.Ridge:g3} δ={trial.Growth:g3} share={trial.Share}",
        NeighbourTrainer.Mix(_together, regression, start with { Regression = trial }));
}
