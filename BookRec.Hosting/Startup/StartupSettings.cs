using System.ComponentModel.DataAnnotations;

namespace BookRec.Hosting;

/// <summary>How long a start waits for what it needs. Section <c>BookRec:Startup</c>.</summary>
public sealed record StartupSettings : IValidatableObject
{
    public const string Section = "Startup";

    /// <summary>For each dependency; after it the start ends with an error that names the dependency. 0 s to 1 h.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Patience < TimeSpan.Zero || Patience > TimeSpan.FromHours(1))
            yield return new ValidationResult("must be from 00:00:00 to 01:00:00", [nameof(Patience)]);
    }
}
