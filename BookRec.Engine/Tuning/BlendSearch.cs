using BookRec.Engine.Content;
using BookRec.Engine.Data;
using BookRec.Engine.Evaluation;
using BookRec.Engine.Factorization;
using BookRec.Engine.Popularity;
using BookRec.Engine.Ranking;

namespace BookRec.Engine.Tuning;

/// <summary>Chooses the share of the collaborative part on a validation split.</summary>
public static class BlendSearch
{
    static readonly double[] s_weights = [1, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.3, 0.1];

    /// <param name="validation">The same split the ALS options were chosen on.</param>
    /// <param name="als">Trained on the validation split's training part.</param>
    /// <returns>The best options, with the metric they reached; the first of equals.</returns>
    public static (HybridOptions Options, double Score) Run(
        Split validation, Vocabulary books, AlsModel als, ContentIndex content, TuningOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(options);
        var split = ReaderSample.Of(validation, options.Validate().Readers);
        var popularity = PopularityModel.Fit(split.Train, double.PositiveInfinity);
        var collaborative = RowScorers.Collaborative(als);
        var byContent = RowScorers.Content(content, split.Train);
        var best = (Options: new HybridOptions(), Score: double.NegativeInfinity);
        foreach (var weight in s_weights)
        {
            var hybrid = new HybridOptions { CollaborativeWeight = weight, NeighbourShare = 0 };
            var scorer = RowScorers.Hybrid(collaborative, collaborative, byContent, popularity, split.Train, hybrid);
            var score = Evaluator.Evaluate(split, books, scorer, [10], options.Threads, cancellationToken).Metrics[options.Metric].Mean;
            best = score > best.Score ? (hybrid, score) : best;
        }

        return best;
    }
}
