using System.Diagnostics.Metrics;
using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Grains.Interfaces.Training;

namespace BookRec.Grains;

/// <summary>What the grains count and time; the hosts export it. Labels are bounded: enumerations, metric names, the one active version.</summary>
public static class BookRecMetrics
{
    public const string MeterName = "BookRec";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Interactions = Meter.CreateCounter<long>("interactions", description: "Interactions committed, by type.");
    private static readonly Counter<long> FoldInCount = Meter.CreateCounter<long>("fold_ins", description: "Readers solved under the model in use.");
    private static readonly Histogram<double> RecommendationSeconds =
        Meter.CreateHistogram<double>("recommendation.seconds", "s", "Time to rank and explain a list inside the grain, by strategy and whether it came from the grain's cache.");
    private static readonly Histogram<double> StageSeconds = Meter.CreateHistogram<double>("training.stage.seconds", "s", "Time a training stage took.");
    private static readonly Counter<long> TrainingRuns = Meter.CreateCounter<long>("training.runs", description: "Training runs ended, by how they ended.");

    static BookRecMetrics()
    {
        // A counter that begins with its first event has no increase to show.
        foreach (var type in Enum.GetValues<InteractionType>())
            Interactions.Add(0, Type(type));
        foreach (var state in Enum.GetValues<TrainingState>().Where(s => s is not TrainingState.Running))
            TrainingRuns.Add(0, State(state));
        Meter.CreateObservableGauge("model.active", ActiveVersion, description: "1, labelled with the version in use on this silo.");
        Meter.CreateObservableGauge("model.created_seconds", ActiveSince, "s", "When the version in use on this silo was made, in Unix time.");
        Meter.CreateObservableGauge("model.metric", ActiveEvaluation, description: "Holdout metrics of the version in use on this silo.");
    }

    /// <summary>The version in use on this silo.</summary>
    public static ModelVersion? ActiveModel { get; set; }

    public static void Recorded(InteractionType type) => Interactions.Add(1, Type(type));

    public static void FoldedIn() => FoldInCount.Add(1);

    public static void Recommended(Strategy strategy, bool cached, TimeSpan elapsed) => RecommendationSeconds.Record(
        elapsed.TotalSeconds, new KeyValuePair<string, object?>("strategy", strategy.ToString()), new KeyValuePair<string, object?>("cached", cached ? "yes" : "no"));

    public static void StageEnded(TrainingStage stage, TimeSpan elapsed)
        => StageSeconds.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("stage", stage.ToString()));

    public static void TrainingEnded(TrainingState state) => TrainingRuns.Add(1, State(state));

    private static IEnumerable<Measurement<int>> ActiveVersion()
        => ActiveModel is { } model ? [new Measurement<int>(1, new KeyValuePair<string, object?>("version", model.Version))] : [];

    private static IEnumerable<Measurement<long>> ActiveSince() => ActiveModel is { } model ? [new Measurement<long>(model.CreatedAt.ToUnixTimeSeconds())] : [];

    private static IEnumerable<Measurement<double>> ActiveEvaluation()
        => ActiveModel is { } model ? model.Evaluation.Metrics.Select(m => new Measurement<double>(m.Value.Mean, new KeyValuePair<string, object?>("metric", m.Key))) : [];

    private static KeyValuePair<string, object?> Type(InteractionType type) => new("type", type.ToString());

    private static KeyValuePair<string, object?> State(TrainingState state) => new("state", state.ToString());
}
