using System.ComponentModel.DataAnnotations;

namespace BookRec.Grains.Options;

/// <summary>Where uploads wait until they are read. Settings section <c>BookRec:Imports</c>.</summary>
public sealed record ImportOptions
{
    public const string Section = "Imports";

    /// <summary>A folder of this silo's own; null means <c>spool</c> in the data directory.</summary>
    public string? SpoolDirectory { get; init; }

    /// <summary>Largest upload taken, all files together.</summary>
    [Range(1L, long.MaxValue)]
    public long MaximumBytes { get; init; } = 20L << 30;

    /// <summary>Whether the demo's books and simulated readers stay when a real catalogue has been imported.</summary>
    public bool KeepDemo { get; init; }
}
