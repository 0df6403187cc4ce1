using BookRec.Engine.Data;
using BookRec.Engine.Evaluation;
using BookRec.Engine.Factorization;

namespace BookRec.Engine.Tuning;

/// <param name="Score">The metric on the validation part.</param>
public sealed record TrialReport(AlsOptions Options, double Score);

/// <summary>
/// Chooses the hyperparameters of ALS on a validation split: successive halving (Jamieson and Talwalkar, 2016) over a coarse grid with
/// short vectors, a closer look around the winner, then longer vectors and the number of epochs.
/// </summary>
/// <remarks>
/// Which weights suit the data shows with short vectors already; only λ* wants another look at full length. Given time enough the answer
/// is a function of the split and the options; a budget that runs out makes it depend on the machine.
/// </remarks>
public sealed class AlsSearch
{
    const int ShortFactors = 32;
    const int ShortEpochs = 4;
    const int MiddleFactors = 64;
    const int MiddleEpochs = 7;
    const int MiddleSurvivors = 5;
    const double CloserLook = 1.8;

    static readonly int[] s_checkpoints = [3, 4, 5, 6, 8, 10, 12, 16, 20, 24];

    readonly Split _split;
    readonly Vocabulary _books;
    readonly TuningOptions _options;
    readonly IProgress<TrialReport>? _progress;
    readonly TimeProvider _time;
    readonly long _start;

    AlsSearch(Split split, Vocabulary books, TuningOptions options, IProgress<TrialReport>? progress, TimeProvider time)
    {
        (_split, _books, _options, _progress, _time) = (ReaderSample.Of(split, options.Readers), books, options, progress, time);
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
        return new AlsSearch(validation, books, options.Validate(), progress, time).Run(cancellationToken);
    }

    bool HasTime => _time.GetElapsedTime(_start) < _options.Budget;

    TrialReport Run(CancellationToken cancellationToken)
    {
        var longest = _options.Factors[^1];
        var coarse = Rung(SearchSpace.Start, Math.Min(ShortFactors, longest), ShortEpochs, cancellationToken);
        var middle = Rung([.. coarse.Take(MiddleSurvivors)], Math.Min(MiddleFactors, longest), MiddleEpochs, cancellationToken);
        var survivor = middle.Count > 0 ? middle[0] : coarse[0];
        AlsCandidate[] near = [survivor, .. SearchSpace.Around(survivor, CloserLook)];
        var closer = Rung(near, Math.Min(MiddleFactors, longest), MiddleEpochs, cancellationToken);
        return Lengthen(closer.Count > 0 ? closer[0] : survivor, cancellationToken);
    }

    /// <summary>Tries all candidates alike.</summary>
    /// <returns>Those there was time for, best first; at least one of a first rung.</returns>
    List<AlsCandidate> Rung(IReadOnlyList<AlsCandidate> candidates, int factors, int epochs, CancellationToken cancellationToken)
    {
        var tried = new List<(AlsCandidate Candidate, double Score)>();
        foreach (var candidate in candidates)
        {
            if (HasTime || (tried.Count == 0 && ReferenceEquals(candidates, SearchSpace.Start)))
            {
                tried.Add((candidate, Trial(candidate, factors, epochs, [epochs], cancellationToken).Score));
            }
        }

        return [.. tried.OrderByDescending(trial => trial.Score).Select(trial => trial.Candidate)];
    }

    /// <summary>Longer vectors as long as they help; at each length λ* is looked at once more, and the epochs are chosen along the way.</summary>
    TrialReport Lengthen(AlsCandidate candidate, CancellationToken cancellationToken)
    {
        int[] checkpoints = [.. s_checkpoints.Where(epoch => epoch < _options.MaximumEpochs), _options.MaximumEpochs];
        TrialReport? best = null;
        foreach (var factors in _options.Factors)
        {
            var before = best;
            for (var direction = 0; direction < 3 && (best is null || HasTime); direction++)
            {
                var strength = candidate.Strength * (direction switch { 0 => 1, 1 => 1.5, _ => 1 / 1.5 });
                var trial = Trial(candidate with { Strength = strength }, factors, _options.MaximumEpochs, checkpoints, cancellationToken);
                if (best is null || trial.Score > best.Score)
                {
                    best = trial;
                    candidate = candidate with { Strength = strength };

                    // One direction was right: the other need not be tried.
                    direction = direction == 1 ? 3 : direction;
                }
            }

            if (best == before)
            {
                break;
            }
        }

        return best!;
    }

    /// <summary>Trains and judges at the checkpoints; stops when two of them in a row are worse than the best.</summary>
    TrialReport Trial(AlsCandidate candidate, int factors, int epochs, int[] checkpoints, CancellationToken cancellationToken)
    {
        var options = candidate.On(_split.Train, new AlsOptions { Factors = factors, Epochs = epochs, Threads = _options.Threads });
        var training = new AlsTraining(_split.Train, options);
        TrialReport? best = null;
        var worse = 0;
        for (var epoch = 1; epoch <= epochs && worse < 2; epoch++)
        {
            training.RunEpoch(cancellationToken);
            if (!checkpoints.Contains(epoch))
            {
                continue;
            }

            var model = training.Finish(cancellationToken);
            var result = Evaluator.Evaluate(_split, _books, RowScorers.Collaborative(model), [10], _options.Threads, cancellationToken);
            var trial = new TrialReport(options with { Epochs = epoch }, result.Metrics[_options.Metric].Mean);
            worse = best is null || trial.Score > best.Score ? 0 : worse + 1;
            best = worse == 0 ? trial : best;
        }

        _progress?.Report(best!);
        return best!;
    }
}
