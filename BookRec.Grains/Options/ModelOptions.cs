using System.ComponentModel.DataAnnotations;

namespace BookRec.Grains.Options;

/// <summary>How silos keep their model and catalogue current. Settings section <c>BookRec:Models</c>.</summary>
public sealed record ModelOptions
{
    public const string Section = "Models";

    /// <summary>How often a silo asks the registry and the catalogue feed; pushes come at once, this heals lost ones.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many retired or rejected versions keep their artifact, newest first, besides the active and the previous one.</summary>
    [Range(0, 1000)]
    public int KeepArtifacts { get; init; } = 5;
}
