using BookRec.Grains.Interfaces.Models;

namespace BookRec.Grains.Interfaces.Training;

/// <summary>
/// A range of users or books during one attempt at one run (key <c>run-attempt/side/shard</c>), placed on a chosen silo. Holds its rows of
/// the interactions and solves them against the other side when asked. Whatever it has can be read again from the run's blobs, so it may
/// go and come back, there or on another silo, at any time.
/// </summary>
[Alias("bookrec.ITrainingShardGrain")]
public interface ITrainingShardGrain : IGrainWithStringKey
{
    /// <summary>
    /// Solves the shard's rows, or goes on waiting for them when that is under way or done: the same task always has the same answer.
    /// Answers within seconds, however long the work takes, so that a caller notices a silo that is gone.
    /// </summary>
    /// <returns>What came of it; null when it is still at work, and the caller asks again.</returns>
    [Alias("Solve"), ResponseTimeout("00:00:15")]
    Task<ShardSolved?> Solve(ShardTask task);

    /// <summary>Stops what is under way, within a few rows' time, and forgets everything.</summary>
    [Alias("Release"), ResponseTimeout("00:00:15")]
    Task Release();
}

/// <summary>Whose rows are solved.</summary>
public enum TrainingSide
{
    Users,
    Books,
}

/// <summary>A range of one side's factors, as a blob of little-endian floats.</summary>
[GenerateSerializer, Immutable, Alias("bookrec.FactorRows")]
public sealed record FactorRows([property: Id(0)] int First, [property: Id(1)] int Count, [property: Id(2)] ArtifactReference Blob);

/// <summary>Hyperparameters of the row solve; they travel with the task, so that silos with other settings take part rightly.</summary>
/// <param name="UnobservedWeight">α₀ of Rendle et al. (2021).</param>
/// <param name="Regularization">λ.</param>
/// <param name="RegularizationExponent">ν.</param>
[GenerateSerializer, Immutable, Alias("bookrec.FactorSettings")]
public sealed record FactorSettings(
    [property: Id(0)] int Factors,
    [property: Id(1)] double UnobservedWeight,
    [property: Id(2)] double Regularization,
    [property: Id(3)] double RegularizationExponent);

/// <summary>One shard's part of a half-step. Blobs are named with their SHA-256: whoever reads one with other bytes refuses it.</summary>
/// <param name="Step">Half-steps from 1; odd ones solve the users.</param>
/// <param name="FirstRow">Where the shard's rows begin on its side.</param>
/// <param name="Slice">The shard's rows of the interactions.</param>
/// <param name="Fixed">All factors of the other side, in order.</param>
[GenerateSerializer, Immutable, Alias("bookrec.ShardTask")]
public sealed record ShardTask(
    [property: Id(0)] Guid RunId,
    [property: Id(1)] int Step,
    [property: Id(2)] TrainingSide Side,
    [property: Id(3)] int FirstRow,
    [property: Id(4)] ArtifactReference Slice,
    [property: Id(5)] IReadOnlyList<FactorRows> Fixed,
    [property: Id(6)] FactorSettings Settings);

/// <summary>A shard's solved rows and what they cost.</summary>
/// <param name="Loss">Σ over the rows of (Σ w − b·x); see <c>AlsHalfStep</c>.</param>
/// <param name="Regularization">Σ λ‖x‖² over the rows.</param>
/// <param name="Seconds">Of the row solve alone.</param>
/// <param name="Silo">Name of the silo that did it.</param>
/// <param name="BytesRead">From blobs, for this answer; what shards of a silo share is counted once.</param>
/// <param name="BytesWritten">To blobs, for this answer.</param>
/// <param name="SliceBytes">What the shard's interactions take in memory.</param>
/// <param name="FixedBytes">What the other side's factors take in memory, once for all shards of the silo.</param>
[GenerateSerializer, Immutable, Alias("bookrec.ShardSolved")]
public sealed record ShardSolved(
    [property: Id(0)] FactorRows Rows,
    [property: Id(1)] double Loss,
    [property: Id(2)] double Regularization,
    [property: Id(3)] double Seconds,
    [property: Id(4)] string Silo,
    [property: Id(5)] long BytesRead,
    [property: Id(6)] long BytesWritten,
    [property: Id(7)] long SliceBytes,
    [property: Id(8)] long FixedBytes);
