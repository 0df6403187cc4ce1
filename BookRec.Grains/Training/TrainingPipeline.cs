using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using BookRec.Engine.Artifacts;
using BookRec.Engine.Content;
using BookRec.Engine.Data;
using BookRec.Engine.Evaluation;
using BookRec.Engine.Factorization;
using BookRec.Engine.Neighbours;
using BookRec.Engine.Popularity;
using BookRec.Engine.Tuning;
using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Models;
using BookRec.Grains.Options;
using BookRec.Grains.Training.Sharding;
using BookRec.Storage.Blobs;
using BookRec.Storage.Catalogue;
using Microsoft.Extensions.Options;

namespace BookRec.Grains.Training;

/// <summary>What came of the features.</summary>
/// <param name="Split">The training part is what the model learns from; the test part judges it.</param>
public sealed record Features(Split Split, ContentIndex Content, PopularityModel Popularity);

/// <summary>A trained model with its marks.</summary>
public sealed record Judgement(EvaluationResult Candidate, EvaluationResult Popularity, EvaluationResult? Active)
{
    public IReadOnlyDictionary<string, Evaluation> Baselines
    {
        get
        {
            var baselines = new Dictionary<string, Evaluation> { ["popularity"] = Popularity.ToMessage() };
            if (Active is not null)
                baselines["active"] = Active.ToMessage();
            return baselines;
        }
    }
}

/// <summary>
/// The work of each training stage, one method a stage; <see cref="TrainingStages"/> says which comes when and what is written down between them.
/// Heavy computation runs on the thread pool over immutable input.
/// </summary>
public sealed class TrainingPipeline(
    TrainingDataLoader loader, BookStore books, IBlobStore blobs, ModelSlot models, ShardedTrainer shards, RunBlobs runBlobs,
    IOptions<TrainingOptions> options, IOptions<InteractionOptions> weights, TimeProvider time)
{
    /// <summary>Ranking reads all vectors for every list, so longer ones cost every reader.</summary>
    private const int MostFactorsTried = 256;

    private const double LeastSearchSeconds = 1;
    private const double InteractionsPerSearchSecond = 20_000;

    private TrainingOptions Options => options.Value;

    private int Threads => Options.EffectiveThreads;

    public async Task<TrainingData> Load(CancellationToken cancellationToken)
    {
        await books.RefreshRatings(cancellationToken);

        // Away from the grain's scheduler: SQLite answers on the calling thread, and two million rows are a long turn.
        return await Task.Run(() => loader.Load(weights.Value, cancellationToken), cancellationToken);
    }

    /// <returns>Why no model can be made from the data; null when one can.</returns>
    public string? Validate(TrainingData data)
    {
        if (data.Books.Count < 2)
            return $"The catalogue has {data.Books.Count} books; at least 2 are needed.";
        return data.Readers.Count < Options.MinimumReaders
            ? $"{data.Readers.Count} readers like at least one book; {Options.MinimumReaders} are needed."
            : null;
    }

    public Task<Features> Featurise(TrainingData data, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var split = Splits.StableHoldout(data.Preferences, data.Readers, data.Books, (ulong)Options.Seed, Options.HoldoutReaders, Options.HoldoutShare);
            cancellationToken.ThrowIfCancellationRequested();
            var content = ContentIndex.Fit(data.Texts);
            return new Features(split, content, PopularityModel.Fit(split.Train, Options.PopularityHalfLifeDays));
        },
        cancellationToken);

    /// <summary>What the model is made by, found on a validation part of what the model learns from, so that the holdout stays unseen.</summary>
    public Task<ModelRecipe> Search(TrainingData data, Features features, IProgress<SearchReport> progress, CancellationToken cancellationToken)
        => Task.Run(() => Choose(data, features, progress, cancellationToken), cancellationToken);

    /// <summary>On this silo alone when it is the only one, across all of them otherwise; the factors are the same.</summary>
    public async Task<ModelSnapshot> Train(TrainingData data, Features features, ModelRecipe recipe, FactorizationJob job, CancellationToken cancellationToken)
    {
        var version = NewVersion();
        var interactions = features.Split.Train;
        var options = recipe.Als with { Seed = Options.Seed, Threads = Threads };
        var als = await (shards.Shards > 0
            ? shards.Train(interactions, data.Books, options, job, cancellationToken)
            : Task.Run(() => TrainAlone(interactions, options, job.Progress, cancellationToken), cancellationToken));
        return await Task.Run(
            () =>
            {
                var neighbours = NeighbourTrainer.Fit(interactions, recipe.Neighbours, Threads, cancellationToken);
                var cold = ColdBooks.Fit(features.Content, als.BookFactors, Threads, cancellationToken);
                return ModelSnapshot.Create(version, data.Books, als, neighbours, features.Content, features.Popularity, recipe.Hybrid with { Diversity = Options.Diversity }, cold);
            },
            cancellationToken);
    }

    private ModelRecipe Choose(TrainingData data, Features features, IProgress<SearchReport> progress, CancellationToken cancellationToken)
    {
        var configured = new ModelRecipe(Options.Als, Options.NeighboursBy, Options.Hybrid);
        if (Options.SearchSeconds == 0)
            return configured;
        var train = features.Split.Train;
        var validation = Splits.LeaveShareOut(train, data.Readers, data.Books, (ulong)Options.Seed + 1, Options.HoldoutShare, least: 1);
        if (validation.Test.Count == 0)
            return configured;
        var live = models.Version is null ? null : models.Live.Model;
        var tuning = new TuningOptions
        {
            Factors = [.. new[] { Options.Factors, 2 * Options.Factors, 4 * Options.Factors }.Where(f => f <= Math.Max(Options.Factors, MostFactorsTried))],
            MaximumEpochs = Options.Epochs,
            MaximumNeighbours = Options.Neighbours,
            Budget = TimeSpan.FromSeconds(Math.Min(Options.SearchSeconds, LeastSearchSeconds + (train.Count / InteractionsPerSearchSecond))),
            Threads = Threads,

            // Data changes slowly: what was best last time is likely to be near the best now.
            Previous = live is { TrainedBooks: > 0 } ? new ModelRecipe(live.Als, live.Neighbours.Options, live.Hybrid) : configured,
        };
        return ModelSearch.Run(validation, data.Books, features.Content, tuning, progress, time, cancellationToken).Recipe;
    }

    /// <summary>The candidate, popularity, and the model that serves now, on the same split.</summary>
    public Task<Judgement> Evaluate(TrainingData data, Features features, ModelSnapshot candidate, CancellationToken cancellationToken)
    {
        var active = models.Version is null ? null : models.Live.Model;
        return Task.Run(
            () =>
            {
                var judge = new HoldoutJudge(data, features, Threads);
                return new Judgement(
                    judge.Judge(candidate, cancellationToken),
                    judge.Judge(features.Popularity, cancellationToken),
                    active is null ? null : judge.Judge(active, cancellationToken));
            },
            cancellationToken);
    }

    /// <summary>Puts the artifact and then its manifest under keys of their own; nothing refers to them until the registry does.</summary>
    public async Task<ModelVersion> Store(Guid runId, ModelSnapshot model, TrainingData data, Judgement judgement, CancellationToken cancellationToken)
    {
        using var artifact = new MemoryStream();
        await Task.Run(() => ModelArtifact.Write(model, artifact), cancellationToken);
        artifact.Position = 0;
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(artifact, cancellationToken));
        var reference = new ArtifactReference($"models/{model.Version}/model.bin", digest, artifact.Length);
        artifact.Position = 0;
        await blobs.Put(reference.Key, artifact, cancellationToken);

        var version = new ModelVersion(
            model.Version, time.GetUtcNow(), runId, ModelFate.Candidate, null, reference, data.Books.Count, data.Preferences.Count,
            Settings(model), judgement.Candidate.ToMessage(), judgement.Baselines);
        await blobs.Put($"models/{model.Version}/manifest.json", new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(version)), cancellationToken);
        return version;
    }

    /// <summary>Removes what the run's shards handed to each other; the model has its own blobs.</summary>
    public Task CleanUp(Guid runId) => runBlobs.Clear(runId, CancellationToken.None);

    /// <summary>Needs no blobs and no boundaries: a process that is killed loses minutes at most.</summary>
    private static AlsModel TrainAlone(InteractionMatrix interactions, AlsOptions options, FactorizationProgress progress, CancellationToken cancellationToken)
    {
        progress.Begin(after: 0);
        return AlsTrainer.Train(interactions, options, progress, cancellationToken);
    }

    private Dictionary<string, string> Settings(ModelSnapshot model) => new()
    {
        ["factors"] = Text(model.Als.Factors),
        ["epochs"] = Text(model.Als.Epochs),
        ["unobserved_weight"] = Text(model.Als.UnobservedWeight),
        ["regularization"] = Text(model.Als.Regularization),
        ["regularization_exponent"] = Text(model.Als.RegularizationExponent),
        ["popularity_exponent"] = Text(model.Als.PopularityExponent),
        ["neighbours"] = Text(model.Neighbours.Options.Neighbours),
        ["neighbour_reader_exponent"] = Text(model.Neighbours.Options.ReaderExponent),
        ["neighbour_source_exponent"] = Text(model.Neighbours.Options.SourceExponent),
        ["neighbour_target_exponent"] = Text(model.Neighbours.Options.TargetExponent),
        ["neighbour_shrinkage"] = Text(model.Neighbours.Options.Shrinkage),
        ["regression_share"] = Text(model.Neighbours.Options.Regression.Share),
        ["regression_predictors"] = Text(model.Neighbours.Options.Regression.Predictors),
        ["regression_reader_exponent"] = Text(model.Neighbours.Options.Regression.ReaderExponent),
        ["regression_ridge"] = Text(model.Neighbours.Options.Regression.Ridge),
        ["regression_growth"] = Text(model.Neighbours.Options.Regression.Growth),
        ["collaborative_weight"] = Text(model.Hybrid.CollaborativeWeight),
        ["neighbour_share"] = Text(model.Hybrid.NeighbourShare),
        ["popularity_pseudo_count"] = Text(model.Hybrid.PopularityPseudoCount),
        ["diversity"] = Text(model.Hybrid.Diversity),
        ["popularity_half_life_days"] = Text(Options.PopularityHalfLifeDays),
        ["seed"] = Text(Options.Seed),
    };

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    /// <summary>Sorts by time; the suffix keeps two runs of one second apart.</summary>
    private string NewVersion() => $"{time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}";
}
