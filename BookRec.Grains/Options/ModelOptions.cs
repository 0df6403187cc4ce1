namespace BookRec.Grains.Options;

/// <summary>How silos keep their model and catalogue current. Settings section <c>BookRec:Models</c>.</summary>
public sealed record ModelOptions
{
    public const string Section = "Models";

    /// <summary>How often a silo asks the registry and the catalogue feed; pushes come at once, this heals lost ones.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest a silo may take to prepare a version.</summary>
    public TimeSpan PrepareTimeout { get; init; } = TimeSpan.FromMinutes(2);

    public IEnumerable<string> Problems()
    {
        if (PollInterval < TimeSpan.FromMilliseconds(100) || PollInterval > TimeSpan.FromHours(1))
            yield return $"{Section}:{nameof(PollInterval)} must be 0.1 seconds to an hour, not {PollInterval}";
        if (PrepareTimeout < TimeSpan.FromSeconds(1) || PrepareTimeout > TimeSpan.FromHours(1))
            yield return $"{Section}:{nameof(PrepareTimeout)} must be a second to an hour, not {PrepareTimeout}";
    }
}
