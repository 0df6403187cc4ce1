using BookRec.Engine.Tuning;
using BookRec.Grains.Interfaces.Models;
using BookRec.Grains.Interfaces.Training;
using BookRec.Grains.Training.Sharding;

namespace BookRec.Grains.Training;

/// <summary>
/// What survives a kill: the run, how often it was begun, the hyperparameters once found, its last epoch across silos, the model once stored,
/// and the schedule's position.
/// </summary>
public sealed record TrainingProgress
{
    public TrainingRun? Run { get; init; }

    /// <summary>From 1; counted anew once the model is stored.</summary>
    public int Attempt { get; init; }

    /// <summary>Set by the search stage: an attempt that follows does not search again.</summary>
    public ModelRecipe? Recipe { get; init; }

    /// <summary>Set after each epoch of a training across silos; an attempt that follows begins there.</summary>
    public TrainingCheckpoint? Checkpoint { get; init; }

    /// <summary>Set by the store stage together with the verdict: from here on a killed run goes on with the rollout.</summary>
    public ModelVersion? Stored { get; init; }

    public DateTimeOffset? ScheduledThrough { get; init; }
}
