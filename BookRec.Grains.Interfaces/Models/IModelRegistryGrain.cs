using Orleans.Concurrency;

namespace BookRec.Grains.Interfaces.Models;

/// <summary>
/// The one place that says which model serves (key 0). Owns every version with its metrics and fate, and the rollout:
/// prepare on every silo, commit here, then every silo swaps one reference.
/// </summary>
[Alias("bookrec.IModelRegistryGrain")]
public interface IModelRegistryGrain : IGrainWithIntegerKey
{
    /// <summary>Everything known: active, previous and all versions, newest first.</summary>
    [Alias("Status"), AlwaysInterleave, Idempotent]
    Task<RegistryStatus> Status();

    /// <summary>The committed version, or null before the first; what silos poll and what a starting silo loads before it is ready.</summary>
    [Alias("Active"), AlwaysInterleave, Idempotent]
    Task<ModelVersion?> Active();

    /// <summary>Records a version that did not pass the gate; it never serves.</summary>
    [Alias("Reject"), Idempotent, ResponseTimeout("00:00:20")]
    Task Reject(ModelVersion version);

    /// <summary>Records a version that passed the gate and takes it live. Asked again, it goes on where it was.</summary>
    /// <returns>The version with its fate: active, or rejected when its artifact is not fit to serve.</returns>
    /// <exception cref="RejectedException"><see cref="RejectionKind.Unavailable"/> when a silo cannot prepare it now; it stays a candidate.</exception>
    [Alias("Release"), Idempotent, ResponseTimeout("00:05:00")]
    Task<ModelVersion> Release(ModelVersion version);

    /// <summary>Takes an earlier version live again.</summary>
    /// <exception cref="RejectedException">
    /// <see cref="RejectionKind.NotFound"/>; <see cref="RejectionKind.Conflict"/> when it was rejected or pruned, or its artifact is not fit to
    /// serve; <see cref="RejectionKind.Unavailable"/> when a silo cannot prepare it now.
    /// </exception>
    [Alias("Promote"), ResponseTimeout("00:05:00")]
    Task<ModelVersion> Promote(string version);

    /// <summary>Swaps back to the previous version.</summary>
    /// <exception cref="RejectedException"><see cref="RejectionKind.Conflict"/> when there is no previous version.</exception>
    [Alias("Rollback"), ResponseTimeout("00:05:00")]
    Task<ModelVersion> Rollback();
}

[GenerateSerializer, Immutable, Alias("bookrec.RegistryStatus")]
public sealed record RegistryStatus(
    [property: Id(0)] ModelVersion? Active,
    [property: Id(1)] ModelVersion? Previous,
    [property: Id(2)] IReadOnlyList<ModelVersion> Versions);
