using BookRec.Engine.Content;
using BookRec.Engine.Data;
using BookRec.Engine.Evaluation;
using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;
using BookRec.Engine.Neighbours;
using BookRec.Engine.Popularity;

namespace BookRec.Engine.Tuning;

/// <param name="Part">Which part of the model was tried.</param>
/// <param name="Options">In words.</param>
/// <param name="Score">The metric on the validation part.</param>
public sealed record SearchReport(string Part, string Options, double Score);

/// <summary>
/// Chooses everything there is to choose on a validation split, within a time: neighbours, factors, and last the blend of all parts, which
/// costs nearly nothing once the parts are there.
/// </summary>
public static class ModelSearch
{
    const double NeighbourShareOfBudget = 0.25;
    const double ShareOfBudgetBeforeBlend = 0.9;

    // To judge neighbours is cheap beside counting them anew, and the more readers judge, the less is left to chance.
    const int ReadersForNeighbours = 5;

    /// <param name="validation">A part to train on and a part to judge by; nothing else may be chosen by.</param>
    /// <param name="content">Of all books.</param>
    /// <param name="time">What the budget is measured with.</param>
    /// <returns>The recipe to refit with on all training data, and the metric that the blend reached.</returns>
    public static (ModelRecipe Recipe, double Score) Run(
        Split validation,
        Vocabulary books,
        ContentIndex content,
        TuningOptions options,
        IProgress<SearchReport>? progress,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(books);
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        options.Validate();
        var start = time.GetTimestamp();
        var (known, strangers) = ReaderSample.HoldOut(validation);
        var sampled = ReaderSample.Of(known, options.Readers);
        var neighbourOptions = NeighbourSearch.Run(
            ReaderSample.Of(known, ReadersForNeighbours * options.Readers), books, options with { Budget = Rest(NeighbourShareOfBudget) }, progress, time, cancellationToken);
        var lines = progress is null ? null : new AlsLines(progress);
        var (trial, als) = AlsSearch.RunForModel(
            sampled, books, options with { Budget = Rest(ShareOfBudgetBeforeBlend) }, lines, time, cancellationToken);
        var neighbours = NeighbourTrainer.Fit(sampled.Train, neighbourOptions, options.Threads, cancellationToken);
        var popularity = PopularityModel.Fit(sampled.Train, double.PositiveInfinity);
        var (blend, score) = BlendSearch.Run(sampled, books, Parts(als, sampled.Train), popularity, options, cancellationToken);
        var hybrid = BlendSearch.ForFewBooks(blend, sampled, strangers, books, train => Parts(FoldedIn(train), train), popularity, options, cancellationToken);
        progress?.Report(new("blend", $"{hybrid}", score));
        return (new(trial.Options, neighbourOptions, hybrid), score);

        BlockScorer[] Parts(AlsModel factors, InteractionMatrix train) =>
        [
            RowScorers.Collaborative(factors), RowScorers.OneByOne(RowScorers.Neighbours(neighbours, train)), RowScorers.OneByOne(RowScorers.Content(content, train)),
        ];

        AlsModel FoldedIn(InteractionMatrix train)
        {
            var users = new FactorMatrix(train.Rows, als.BookFactors.Factors);
            AlsHalfStep.Solve(train.ScaledByColumn(als.BookWeights.Span), als.BookFactors, users, als.Options with { Threads = options.Threads }, cancellationToken);
            return als with { UserFactors = users };
        }

        // What is left until so much of the budget is spent.
        TimeSpan Rest(double share) => TimeSpan.FromTicks(Math.Max(1, ((options.Budget * share) - time.GetElapsedTime(start)).Ticks));
    }

    sealed class AlsLines(IProgress<SearchReport> progress) : IProgress<TrialReport>
    {
        public void Report(TrialReport value)
        {
            var als = value.Options;
            progress.Report(new(
                "factors",
                FormattableString.Invariant(
                    $"f={als.Factors} α₀={als.UnobservedWeight:g3} λ={als.Regularization:g3} ν={als.RegularizationExponent} b={als.PopularityExponent} epochs={als.Epochs}"),
                value.Score));
        }
    }
}
