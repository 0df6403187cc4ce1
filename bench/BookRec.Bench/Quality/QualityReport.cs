using System.Globalization;
using System.Text.Json.Nodes;
using BookRec.Engine.Data;
using BookRec.Engine.Evaluation;
using BookRec.Engine.Tuning;
using Spectre.Console;

namespace BookRec.Bench.Quality;

/// <summary>The models' numbers as a table and as JSON.</summary>
sealed class QualityReport(DataFolder data, Split split, ModelRecipe chosen, double searchSeconds)
{
    static readonly string[] s_metrics = ["ndcg@10", "recall@20", "ndcg@20", "map@10", "precision@10", "novelty@10", "diversity@10"];

    readonly List<(string Name, EvaluationResult Result, double TrainSeconds)> _models = [];
    readonly List<(string Case, string Model, EvaluationResult Result)> _sides = [];

    public void Add(string name, EvaluationResult result, double trainSeconds) => _models.Add((name, result, trainSeconds));

    /// <param name="of">Which readers, books or setting it is about.</param>
    public void AddSide(string of, string model, EvaluationResult result) => _sides.Add((of, model, result));

    public void Print()
    {
        var table = new Table().AddColumns(["model", .. s_metrics, "coverage@10", "gini@10", "train s"]);
        foreach (var (name, result, seconds) in _models)
        {
            table.AddRow([name, .. s_metrics.Select(metric => Cell(result.Metrics[metric])), Cell(result.Coverage, "f3"), Cell(result.Gini, "f3"), Cell(seconds, "f2")]);
        }

        AnsiConsole.Write(table);
        var sides = new Table().AddColumns("of", "model", "readers", "ndcg@10", "recall@20", "diversity@10");
        foreach (var (of, model, result) in _sides)
        {
            var diversity = result.Metrics.TryGetValue("diversity@10", out var known) ? Cell(known) : "";
            sides.AddRow(of, model, $"{result.Readers}", Cell(result.Metrics["ndcg@10"]), Cell(result.Metrics["recall@20"]), diversity);
        }

        AnsiConsole.Write(sides);
        AnsiConsole.MarkupLineInterpolated($"{chosen} search: {searchSeconds:f0} s");
    }

    public JsonObject ToJson() => new()
    {
        ["data"] = data.Name,
        ["users"] = data.Users.Count,
        ["books"] = data.Books.Count,
        ["train"] = split.Train.Count,
        ["test"] = split.Test.Count,
        ["chosen"] = new JsonObject
        {
            ["factors"] = chosen.Als.Factors,
            ["epochs"] = chosen.Als.Epochs,
            ["unobserved_weight"] = chosen.Als.UnobservedWeight,
            ["regularization"] = chosen.Als.Regularization,
            ["regularization_exponent"] = chosen.Als.RegularizationExponent,
            ["popularity_exponent"] = chosen.Als.PopularityExponent,
            ["neighbours"] = chosen.Neighbours.Neighbours,
            ["neighbour_reader_exponent"] = chosen.Neighbours.ReaderExponent,
            ["neighbour_source_exponent"] = chosen.Neighbours.SourceExponent,
            ["neighbour_target_exponent"] = chosen.Neighbours.TargetExponent,
            ["neighbour_shrinkage"] = chosen.Neighbours.Shrinkage,
            ["regression_share"] = chosen.Neighbours.Regression.Share,
            ["regression_predictors"] = chosen.Neighbours.Regression.Predictors,
            ["regression_reader_exponent"] = chosen.Neighbours.Regression.ReaderExponent,
            ["regression_ridge"] = chosen.Neighbours.Regression.Ridge,
            ["regression_growth"] = chosen.Neighbours.Regression.Growth,
            ["collaborative_weight"] = chosen.Hybrid.CollaborativeWeight,
            ["neighbour_share"] = chosen.Hybrid.NeighbourShare,
            ["popularity_pseudo_count"] = chosen.Hybrid.PopularityPseudoCount,
            ["search_seconds"] = searchSeconds,
        },
        ["models"] = new JsonArray([.. _models.Select(model => ModelJson(model.Name, model.Result, model.TrainSeconds))]),
        ["sides"] = new JsonArray([.. _sides.Select(side => new JsonObject
        {
            ["of"] = side.Case,
            ["model"] = side.Model,
            ["readers"] = side.Result.Readers,
            ["ndcg@10"] = side.Result.Metrics["ndcg@10"].Mean,
            ["recall@20"] = side.Result.Metrics["recall@20"].Mean,
        })]),
    };

    static JsonObject ModelJson(string name, EvaluationResult result, double seconds)
    {
        var json = new JsonObject { ["name"] = name };
        foreach (var metric in s_metrics)
        {
            json[metric] = result.Metrics[metric].Mean;
            json[metric + "_se"] = result.Metrics[metric].StandardError;
        }

        json["coverage@10"] = result.Coverage;
        json["gini@10"] = result.Gini;
        json["train_seconds"] = seconds;
        return json;
    }

    static string Cell(MeanMetric metric) => string.Create(CultureInfo.InvariantCulture, $"{metric.Mean:f4} ±{metric.StandardError:f4}");

    static string Cell(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
