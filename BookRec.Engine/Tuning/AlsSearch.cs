using BookRec.Engine.Data;
using BookRec.Engine.Evaluation;
using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;

namespace BookRec.Engine.Tuning;

/// <param name="Score">The metric on the validation part.</param>
public sealed record TrialReport(AlsOptions Options, double Score);

/// <summary>
/// Chooses the hyperparameters of ALS on a validation split: successive halving (Jamieson and Talwalkar, 2016) over a coarse grid with
/// short vectors, a closer look around the winner, then longer vectors, a climb at full length, and the number of epochs.
/// </summary>
/// <remarks>
/// Which weights suit the data shows with short vectors already, so the longest are tried with the winner first. Given time enough the answer
/// is a function of the split and the options; a budget that runs out makes it depend on the machine.
/// </remarks>
public sealed class AlsSearch
{
    const int ShortFactors = 32;
    const int ShortEpochs = 4;
    const int MiddleFactors = 64;
    const int MiddleEpochs = 7;
    const int MiddleSurvivors = 4;
    const double CloserLook = 1.8;
    const double LastLook = 1.4;

    // Shares of the budget after which a stage starts nothing more, so that the ones behind it get their time.
    const double CoarseUntil = 0.2;
    const double MiddleUntil = 0.3;
    const double CloserUntil = 0.4;
    const double ClimbUntil = 0.75;

    static readonly int[] s_checkpoints = [3, 4, 5, 6, 8, 10, 12, 16, 20, 24];

    readonly Split _split;
    readonly InteractionMatrix _judged;
    readonly Vocabulary _books;
    readonly TuningOptions _options;
    readonly IProgress<TrialReport>? _progress;
    readonly TimeProvider _time;
    readonly long _start;
    TrialReport? _best;
    AlsModel? _bestModel;

    AlsSearch(Split split, Vocabulary books, TuningOptions options, IProgress<TrialReport>? progress, TimeProvider time)
    {
        (_split, _books, _options, _progress, _time) = (ReaderSample.Of(split, options.Readers), books, options, progress, time);
        _judged = ReaderSample.TrainOf(_split);
        _start = time.GetTimestamp();
    }

    /// <param name="validation">A part to train on and a part to judge by; nothing else may be chosen by.</param>
    /// <param name="time">What the budget is measured with.</param>
    /// <returns>The best trial. Its options are for refitting on all training data.</returns>
    public static TrialReport Run(
        Split validation, Vocabulary books, TuningOptions options, IProgress<TrialReport>? progress, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(books);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        return RunForModel(validation, books, options, progress, time, cancellationToken).Trial;
    }

    /// <summary>
    /// As the public one, with the model of the best trial, trained on the validation split's training part; of its users only those who are
    /// judged are there.
    /// </summary>
    internal static (TrialReport Trial, AlsModel Model) RunForModel(
        Split validation, Vocabulary books, TuningOptions options, IProgress<TrialReport>? progress, TimeProvider time, CancellationToken cancellationToken)
    {
        var search = new AlsSearch(validation, books, options.Validate(), progress, time);
        var trial = search.Run(cancellationToken);
        return (trial, search._bestModel!);
    }

    bool HasTime(double share = 1) => _time.GetElapsedTime(_start) < _options.Budget * share;

    TrialReport Run(CancellationToken cancellationToken)
    {
        AlsCandidate[] previous = _options.Previous is { } known ? [AlsCandidate.Of(known.Als, _split.Train)] : [];
        var coarse = Rung([.. previous, .. SearchSpace.Start], ShortFactors, ShortEpochs, CoarseUntil, cancellationToken);
        var middle = Rung([.. coarse.Take(MiddleSurvivors).Select(trial => trial.At)], MiddleFactors, MiddleEpochs, MiddleUntil, cancellationToken);
        var around = Rung([.. SearchSpace.Around(middle[0].At, CloserLook).Where(at => at != middle[0].At)], MiddleFactors, MiddleEpochs, CloserUntil, cancellationToken);
        return Lengthen(middle.Concat(around).MaxBy(trial => trial.Score).At, cancellationToken);
    }

    /// <summary>Tries all candidates alike, as long as there is time.</summary>
    /// <returns>Best first; those there was no time for are last, in their order.</returns>
    List<(AlsCandidate At, double Score)> Rung(
        IReadOnlyList<AlsCandidate> candidates, int factors, int epochs, double until, CancellationToken cancellationToken)
    {
        var trials = new List<(AlsCandidate At, double Score)>();
        foreach (var candidate in candidates)
        {
            var score = HasTime(until)
                ? Score(candidate, Math.Min(factors, _options.Factors[^1]), epochs, cancellationToken)
                : double.NegativeInfinity;
            trials.Add((candidate, score));
        }

        return [.. trials.OrderByDescending(trial => trial.Score)];
    }

    /// <summary>Longer vectors as long as they help, a climb at the best length, and last, from the top of it, the number of epochs.</summary>
    TrialReport Lengthen(AlsCandidate start, CancellationToken cancellationToken)
    {
        var best = (At: start, Factors: _options.Factors[0], Score: ScoreOf(start, _options.Factors[0]));
        foreach (var factors in _options.Factors.Skip(1).TakeWhile(_ => HasTime(ClimbUntil)))
        {
            var score = ScoreOf(start, factors);
            if (score <= best.Score)
            {
                break;
            }

            best = (start, factors, score);
        }

        var tried = new HashSet<AlsCandidate> { start };
        for (AlsCandidate? from = null; from != best.At && HasTime(ClimbUntil);)
        {
            from = best.At;
            foreach (var candidate in SearchSpace.Around(from.Value, LastLook).Where(tried.Add).TakeWhile(_ => HasTime(ClimbUntil)))
            {
                var score = ScoreOf(candidate, best.Factors);
                best = score > best.Score ? (candidate, best.Factors, score) : best;
            }
        }

        if (HasTime())
        {
            int[] checkpoints = [.. s_checkpoints.Where(epoch => epoch < _options.MaximumEpochs), _options.MaximumEpochs];
            Trial(best.At, best.Factors, checkpoints, cancellationToken);
        }

        return _best!;

        double ScoreOf(AlsCandidate candidate, int factors) => Score(candidate, factors, MiddleEpochs, cancellationToken);
    }

    double Score(AlsCandidate candidate, int factors, int epochs, CancellationToken cancellationToken)
        => Trial(candidate, factors, [Math.Min(epochs, _options.MaximumEpochs)], cancellationToken).Score;

    /// <summary>
    /// Trains and judges after as many epochs as the checkpoints say; stops after the last of them, when two in a row are worse than the best,
    /// or when time is up and there is a best.
    /// </summary>
    TrialReport Trial(AlsCandidate candidate, int factors, int[] checkpoints, CancellationToken cancellationToken)
    {
        var epochs = checkpoints[^1];
        var options = candidate.On(_split.Train, new AlsOptions { Factors = factors, Epochs = epochs, Threads = _options.Threads });
        var training = new AlsTraining(_split.Train, options);
        TrialReport? best = null;
        var worse = 0;
        for (var epoch = 1; epoch <= epochs && worse < 2 && (best is null || HasTime()); epoch++)
        {
            training.RunEpoch(cancellationToken);
            if (!checkpoints.Contains(epoch))
            {
                continue;
            }

            var model = training.Finish(_judged, cancellationToken);
            var result = Evaluator.EvaluateBlocks(
                _split, _books, RowScorers.Collaborative(model), [_options.Cutoff], _options.Threads, cancellationToken);
            var trial = new TrialReport(options with { Epochs = epoch }, result.Metrics[_options.Metric].Mean);
            worse = best is null || trial.Score > best.Score ? 0 : worse + 1;
            best = worse == 0 ? trial : best;
            Remember(trial, model);
        }

        _progress?.Report(best!);
        return best!;
    }

    /// <summary>The training goes on in the same arrays, so the best model is a copy.</summary>
    void Remember(TrialReport trial, AlsModel model)
    {
        if (trial.Score > (_best?.Score ?? double.NegativeInfinity))
        {
            _best = trial;
            _bestModel = model with { Options = trial.Options, UserFactors = Copy(model.UserFactors), BookFactors = Copy(model.BookFactors) };
        }

        static FactorMatrix Copy(FactorMatrix matrix) => new(matrix.Rows, matrix.Factors, matrix.Values.ToArray());
    }
}
