namespace BookRec.Grains.Interfaces.Models;

/// <summary>What became of a model version.</summary>
public enum ModelFate
{
    /// <summary>Stored and being judged or rolled out.</summary>
    Candidate,

    /// <summary>Serving.</summary>
    Active,

    /// <summary>Served before; can be promoted again.</summary>
    Retired,

    /// <summary>Did not pass the gate, or could not be prepared on every silo; see the reason.</summary>
    Rejected,

    /// <summary>Retired or rejected, and its artifact deleted by the retention setting; what is known of it stays a while.</summary>
    Pruned,
}

/// <summary>Where an artifact lies and how to know it is whole.</summary>
/// <param name="Key">Blob key, unique for every version.</param>
/// <param name="Sha256">Of the whole artifact, lower-case hex.</param>
/// <param name="Bytes">Length of the artifact.</param>
[GenerateSerializer, Immutable, Alias("bookrec.ArtifactReference")]
public sealed record ArtifactReference([property: Id(0)] string Key, [property: Id(1)] string Sha256, [property: Id(2)] long Bytes);

/// <summary>One trained model: where it is, how good it is, what became of it.</summary>
/// <param name="Version">UTC time of the training and a suffix, such as <c>20260405T101500Z-3f9a</c>; sorts by time.</param>
/// <param name="Reason">Why it was rejected or retired, or null.</param>
/// <param name="Settings">Hyperparameters as trained, by name.</param>
/// <param name="Evaluation">Of this model.</param>
/// <param name="Baselines">Of what it was judged against, on the same split: <c>popularity</c>, and <c>active</c> when there was one.</param>
[GenerateSerializer, Immutable, Alias("bookrec.ModelVersion")]
public sealed record ModelVersion(
    [property: Id(0)] string Version,
    [property: Id(1)] DateTimeOffset CreatedAt,
    [property: Id(2)] Guid TrainingRunId,
    [property: Id(3)] ModelFate Fate,
    [property: Id(4)] string? Reason,
    [property: Id(5)] ArtifactReference Artifact,
    [property: Id(6)] int Books,
    [property: Id(7)] long Interactions,
    [property: Id(8)] IReadOnlyDictionary<string, string> Settings,
    [property: Id(9)] Evaluation Evaluation,
    [property: Id(10)] IReadOnlyDictionary<string, Evaluation> Baselines);
