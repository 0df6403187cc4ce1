using BookRec.Engine.Evaluation;
using BookRec.Grains.Options;

namespace BookRec.Grains.Training;

/// <param name="Reason">Why it does not pass; null when it does.</param>
public sealed record Verdict(string? Reason)
{
    public bool Passed => Reason is null;
}

/// <summary>
/// Decides whether a candidate may serve. All results come from one split, so differences are paired reader by reader, and "beyond chance"
/// means outside the 95% confidence interval of the mean difference.
/// </summary>
public static class PromotionGate
{
    public static Verdict Judge(GateOptions options, EvaluationResult candidate, EvaluationResult popularity, EvaluationResult? active)
    {
        if (candidate.Readers < options.MinimumReaders)
            return new Verdict(Invariant($"Only {candidate.Readers} readers could judge it; {options.MinimumReaders} are needed."));

        var score = candidate.Metrics[options.Metric].Mean;
        var popularScore = popularity.Metrics[options.Metric].Mean;
        if (!(score > popularScore))
            return new Verdict(Invariant($"{options.Metric} is {score:F4}, not above popularity's {popularScore:F4}."));

        if (active is null)
            return new Verdict(Reason: null);
        var activeScore = active.Metrics[options.Metric].Mean;
        var loss = Evaluator.PairedDifference(active, candidate, options.Metric);
        return loss.Confidence95.Low > options.ToleratedLoss * activeScore
            ? new Verdict(Invariant($"{options.Metric} is {score:F4}, worse than the active model's {activeScore:F4} beyond chance and the tolerated {options.ToleratedLoss:P0}."))
            : new Verdict(Reason: null);
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
