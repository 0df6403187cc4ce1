using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Interfaces.Imports;
using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Grains.Interfaces.Training;

namespace BookRec.Tests.WebApi.Support;

internal static class Samples
{
    public static readonly Guid RunId = new("0f8fad5b-d9cb-469f-a165-70867728950e");

    public static Book Book(long id = 7, int revision = 3)
        => new(id, "Emma", ["Jane Austen"], 1815, "en", ["classics"], null, "9780141439587", 4.1, 12, "goodbooks:6969", revision);

    public static Interaction Interaction(long id, InteractionType type = InteractionType.Like, double? rating = null)
        => new(id, 7, type, rating, Front.Start);

    public static RecommendationList List() => new(
        [new Recommendation(Book(), 0.9, [new Reason(ReasonKind.BecauseYouLiked, 9, "Persuasion", "Because you liked Persuasion.")])],
        Strategy.Hybrid,
        "20260405T101500Z-3f9a");

    public static TrainingRun Run(TrainingState state = TrainingState.Running, double progress = 0.5) => new(
        RunId,
        state,
        TrainingStage.RollOut,
        TrainingTrigger.Demand,
        progress,
        Front.Start,
        null,
        null,
        null,
        new Dictionary<TrainingStage, double> { [TrainingStage.RollOut] = 1.5 },
        [new EpochProgress(1, 0.25, 2)],
        null,
        null);

    public static ModelVersion Version() => new(
        "20260405T101500Z-3f9a",
        Front.Start,
        RunId,
        ModelFate.Active,
        null,
        new ArtifactReference("models/1", "ab", 10),
        100,
        1000,
        new Dictionary<string, string> { ["factors"] = "64" },
        Evaluation(),
        new Dictionary<string, Evaluation> { ["popularity"] = Evaluation() });

    public static ImportStatus Import(Guid id) => new(
        id,
        ImportState.Running,
        ImportFormat.BookCrossing,
        "book-crossing",
        0.25,
        4,
        3,
        2,
        1,
        1,
        [new ImportError("BX-Books.csv", 17, "no title")],
        null,
        Front.Start,
        null);

    public static RefreshGrant Grant(Account account, string token) => new(account, token, Front.Start.AddDays(30));

    private static Evaluation Evaluation() => new(50, new Dictionary<string, Metric> { ["ndcg@10"] = new(0.2, 0.01) }, 0.4, 0.8);
}
