using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Interfaces.Training;
using BookRec.WebApi.Hosting;

namespace BookRec.WebApi.Admin;

/// <param name="Progress">0 to 1.</param>
/// <param name="Reason">Why it was rejected, failed or cancelled; null otherwise.</param>
/// <param name="ModelVersion">The version it made, once stored.</param>
/// <param name="StageSeconds">Seconds spent in each finished stage.</param>
/// <param name="Baselines">What the model was judged against, on the same split.</param>
public sealed record TrainingRunResponse(
    Guid RunId,
    TrainingState State,
    TrainingStage Stage,
    TrainingTrigger Trigger,
    double Progress,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    string? Reason,
    string? ModelVersion,
    IReadOnlyDictionary<string, double> StageSeconds,
    IReadOnlyList<EpochResponse> Epochs,
    EvaluationResponse? Evaluation,
    IReadOnlyDictionary<string, EvaluationResponse>? Baselines)
{
    public static TrainingRunResponse From(TrainingRun run) => new(
        run.Id,
        run.State,
        run.Stage,
        run.Trigger,
        run.Progress,
        run.StartedAt,
        run.FinishedAt,
        run.Reason,
        run.ModelVersion,
        run.StageSeconds.ToDictionary(stage => Json.Word(stage.Key), stage => stage.Value),
        [.. run.Epochs.Select(epoch => new EpochResponse(epoch.Epoch, epoch.Loss, epoch.Seconds))],
        run.Evaluation is null ? null : EvaluationResponse.From(run.Evaluation),
        run.Baselines is null ? null : EvaluationResponse.From(run.Baselines));
}

/// <param name="Loss">The objective after this pass, per observed interaction.</param>
public sealed record EpochResponse(int Epoch, double Loss, double Seconds);

/// <param name="Readers">Readers with at least one held-out book.</param>
/// <param name="Metrics">By name and cut-off, such as <c>ndcg@10</c>.</param>
/// <param name="Coverage">Share of the books that appear in anybody's top 10.</param>
public sealed record EvaluationResponse(int Readers, IReadOnlyDictionary<string, MetricResponse> Metrics, double Coverage)
{
    public static EvaluationResponse From(Evaluation evaluation) => new(
        evaluation.Readers,
        evaluation.Metrics.ToDictionary(metric => metric.Key, metric => new MetricResponse(metric.Value.Mean, metric.Value.StandardError)),
        evaluation.Coverage);

    public static Dictionary<string, EvaluationResponse> From(IReadOnlyDictionary<string, Evaluation> evaluations)
        => evaluations.ToDictionary(named => named.Key, named => From(named.Value));
}

public sealed record MetricResponse(double Mean, double StandardError);
