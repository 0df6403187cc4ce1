using System.Collections.Concurrent;
using System.Diagnostics;
using BookRec.Engine.Artifacts;
using BookRec.Engine.Tuning;
using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Interfaces.Training;
using BookRec.Grains.Options;
using BookRec.Grains.Training.Sharding;

namespace BookRec.Grains.Training;

/// <summary>How a run ended.</summary>
/// <param name="Reason">Null when its model is live.</param>
internal sealed record RunOutcome(TrainingState State, string? Reason);

/// <summary>
/// The stages of one run, in order: <see cref="TrainingPipeline"/> does the work, the journal takes down every boundary, and what passes the
/// gate is handed to the model registry.
/// </summary>
internal sealed class TrainingStages(RunJournal journal, TrainingPipeline pipeline, IModelRegistryGrain registry, GateOptions gate, TimeProvider time)
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Share of the whole that is done when a stage begins; from experience, only for the progress bar.</summary>
    private static readonly Dictionary<TrainingStage, double> DoneBefore = new()
    {
        [TrainingStage.Load] = 0,
        [TrainingStage.Validate] = 0.2,
        [TrainingStage.Featurise] = 0.2,
        [TrainingStage.Search] = 0.25,
        [TrainingStage.Train] = 0.5,
        [TrainingStage.Evaluate] = 0.8,
        [TrainingStage.Store] = 0.95,
        [TrainingStage.RollOut] = 0.97,
    };

    private TrainingRun Run => journal.Run!;

    /// <summary>From the data, or from where an attempt before came to.</summary>
    public async Task<RunOutcome> TrainAndRollOut(CancellationToken cancellationToken)
    {
        var data = await Stage(TrainingStage.Load, () => pipeline.Load(cancellationToken));
        if (await Stage(TrainingStage.Validate, () => Task.FromResult(pipeline.Validate(data))) is { } unfit)
            return new RunOutcome(TrainingState.Failed, unfit);

        var features = await Stage(TrainingStage.Featurise, () => pipeline.Featurise(data, cancellationToken));
        var recipe = journal.Written.Recipe ?? await Stage(TrainingStage.Search, () => Search(data, features, cancellationToken));
        var candidate = await Stage(TrainingStage.Train, () => Train(data, features, recipe, cancellationToken));
        var judgement = await Stage(TrainingStage.Evaluate, () => pipeline.Evaluate(data, features, candidate, cancellationToken));
        var verdict = PromotionGate.Judge(gate, judgement.Candidate, judgement.Popularity, judgement.Active);
        var version = await Stage(TrainingStage.Store, () => pipeline.Store(Run.Id, candidate, data, judgement, cancellationToken));
        version = version with { Fate = verdict.Passed ? ModelFate.Candidate : ModelFate.Rejected, Reason = verdict.Reason };
        journal.Show(Run with { ModelVersion = version.Version, Evaluation = version.Evaluation, Baselines = version.Baselines });
        await journal.Write(journal.Written with { Run = Run, Attempt = 1, Stored = version });
        return await RollOut(version);
    }

    /// <summary>What is left of a run whose model is stored.</summary>
    public async Task<RunOutcome> RollOut(ModelVersion version)
    {
        await Stage(TrainingStage.RollOut, async () =>
        {
            if (version.Fate == ModelFate.Rejected)
                await registry.Reject(version);
            else
                version = await registry.Release(version);
            return version;
        });
        return version.Fate == ModelFate.Rejected ? new RunOutcome(TrainingState.Rejected, version.Reason) : new RunOutcome(TrainingState.Succeeded, null);
    }

    private async Task<ModelRecipe> Search(TrainingData data, Features features, CancellationToken cancellationToken)
    {
        var trials = new ConcurrentQueue<SearchTrial>();
        var recipe = await Following(
            pipeline.Search(data, features, new SearchTrials(trials), cancellationToken),
            () => journal.Show(Run.Search?.Count == trials.Count ? Run : Run with { Search = [.. trials] }));
        await journal.Write(journal.Written with { Run = Run, Recipe = recipe });
        return recipe;
    }

    private async Task<ModelSnapshot> Train(TrainingData data, Features features, ModelRecipe recipe, CancellationToken cancellationToken)
    {
        var progress = new FactorizationProgress(recipe.Als.Epochs, Run.Epochs);
        var job = new FactorizationJob(Run.Id, journal.Written.Attempt, journal.Written.Checkpoint, progress, WriteCheckpoint);
        return await Following(
            pipeline.Train(data, features, recipe, job, cancellationToken),
            () => journal.Show(progress.HasNews ? With(progress) : Run));

        Task WriteCheckpoint(TrainingCheckpoint checkpoint)
        {
            journal.Show(With(progress));
            return journal.Write(journal.Written with { Run = Run, Checkpoint = checkpoint });
        }
    }

    private TrainingRun With(FactorizationProgress progress)
    {
        var (from, to) = (DoneBefore[TrainingStage.Train], DoneBefore[TrainingStage.Evaluate]);
        return Run with
        {
            Epochs = progress.Epochs,
            Progress = from + (progress.Share * (to - from)),
            Sharding = progress.Table?.Show(),
            SecondsLeft = progress.SecondsLeft,
        };
    }

    /// <summary>Runs a stage between two written boundaries.</summary>
    private async Task<T> Stage<T>(TrainingStage stage, Func<Task<T>> work)
    {
        journal.Show(Run with { Stage = stage, Progress = DoneBefore[stage] });
        await journal.Write(journal.Written with { Run = Run });
        await journal.Keep();
        var began = Stopwatch.GetTimestamp();
        var result = await work();
        var elapsed = Stopwatch.GetElapsedTime(began);
        BookRecMetrics.StageEnded(stage, elapsed);
        journal.Show(Run with { SecondsLeft = null, StageSeconds = new Dictionary<TrainingStage, double>(Run.StageSeconds) { [stage] = elapsed.TotalSeconds } });
        return result;
    }

    /// <summary>Progress is told by worker threads; what is shown changes only in the grain's own turns, one every so often until the work is done.</summary>
    private async Task<T> Following<T>(Task<T> work, Action look)
    {
        do
        {
            await Task.WhenAny(work, Task.Delay(ProgressInterval, time, CancellationToken.None));
            look();
        }
        while (!work.IsCompleted);
        return await work;
    }

    private sealed class SearchTrials(ConcurrentQueue<SearchTrial> trials) : IProgress<SearchReport>
    {
        public void Report(SearchReport value) => trials.Enqueue(new SearchTrial(value.Part, value.Options, value.Score));
    }
}
