using BookRec.Engine.Data;
using BookRec.Engine.Evaluation;
using BookRec.Engine.Neighbours;

namespace BookRec.Engine.Tuning;

/// <summary>
/// Chooses the regression that is mixed into the item-to-item part, given its other half: penalties on grids that close in, several in one
/// pass since they share their sums; then the predictors, and last the share, which costs no fit.
/// </summary>
sealed class RegressionSearch(Split split, Vocabulary books, TuningOptions options, Func<bool> hasTime, IProgress<SearchReport>? progress, CancellationToken cancellationToken)
{
    static readonly double[] s_ridges = [40, 10, 160];
    static readonly double[] s_growths = [0.3, 1];
    static readonly double[] s_ridgeFactors = [2, 1.4];
    static readonly double[] s_growthFactors = [3, 1.7];
    static readonly int[] s_predictors = [50, 200];
    static readonly double[] s_shares = [0.5, 0.7, 0.3, 0.6, 0.4, 0.8, 0];

    readonly HashSet<RegressionOptions> _tried = [];
    (RegressionOptions Options, BookNeighbours Model, double Score)? _best;

    /// <param name="start">With what is known to be good for the regression.</param>
    /// <returns>The options with the best regression found until the time ran out.</returns>
    public NeighbourOptions Run(NeighbourOptions start)
    {
        Try([AtMost(start.Regression, options.MaximumNeighbours)]);
        Try([.. from ridge in s_ridges from growth in s_growths select _best!.Value.Options with { Ridge = ridge, Growth = growth }]);
        foreach (var (ridge, growth) in s_ridgeFactors.Zip(s_growthFactors))
        {
            Try([.. Around(_best!.Value.Options, ridge, growth)]);
        }

        foreach (var predictors in s_predictors)
        {
            Try([AtMost(_best!.Value.Options with { Predictors = predictors }, options.MaximumNeighbours)]);
        }

        return Mixed(start);
    }

    static IEnumerable<RegressionOptions> Around(RegressionOptions at, double ridge, double growth)
    {
        yield return at with { Ridge = Rounded(at.Ridge * ridge) };
        yield return at with { Ridge = Rounded(at.Ridge / ridge) };
        yield return at with { Growth = Rounded(at.Growth * growth) };
        yield return at with { Growth = Rounded(at.Growth / growth) };
    }

    static double Rounded(double value) => Math.Round(value, 2);

    static RegressionOptions AtMost(RegressionOptions candidate, int predictors)
        => candidate with { Predictors = Math.Min(Math.Min(candidate.Predictors, predictors), RegressionOptions.MaximumPredictors) };

    void Try(RegressionOptions[] candidates)
    {
        candidates = [.. candidates.Where(_tried.Add)];
        if (candidates.Length == 0 || (_best is not null && !hasTime()))
        {
            return;
        }

        var models = LocalRegression.Fit(split.Train, candidates, options.Threads, cancellationToken);
        foreach (var (candidate, model) in candidates.Zip(models))
        {
            var score = Judge(model);
            progress?.Report(new("regression", FormattableString.Invariant($"m={candidate.Predictors} λ={candidate.Ridge:g3} δ={candidate.Growth:g3}"), score));
            _best = score > (_best?.Score ?? double.NegativeInfinity) ? (candidate, model, score) : _best;
        }
    }

    NeighbourOptions Mixed(NeighbourOptions start)
    {
        var (regression, model, _) = _best!.Value;
        var together = NeighbourTrainer.ReadTogether(split.Train, start, options.Threads, cancellationToken);
        (NeighbourOptions Options, double Score)? best = null;
        foreach (var share in s_shares.Prepend(start.Regression.Share).Distinct().TakeWhile(_ => best is null || hasTime()))
        {
            var mix = start with { Regression = regression with { Share = share } };
            var score = Judge(NeighbourTrainer.Mix(together, model, mix));
            progress?.Report(new("regression", FormattableString.Invariant($"share={share}"), score));
            best = score > (best?.Score ?? double.NegativeInfinity) ? (mix, score) : best;
        }

        return best!.Value.Options;
    }

    double Judge(BookNeighbours model)
        => Evaluator.Evaluate(split, books, RowScorers.Neighbours(model, split.Train), [options.Cutoff], options.Threads, cancellationToken)
            .Metrics[options.Metric].Mean;
}
