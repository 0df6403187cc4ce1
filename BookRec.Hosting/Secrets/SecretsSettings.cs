using System.ComponentModel.DataAnnotations;

namespace BookRec.Hosting;

/// <summary>Where the passwords come from. Section <c>BookRec:Secrets</c>.</summary>
public sealed record SecretsSettings : IValidatableObject
{
    public const string Section = "Secrets";

    /// <summary>Name of the secret in AWS Secrets Manager, such as <c>bookrec/production</c>; empty: the settings themselves hold the passwords.</summary>
    public string? Name { get; init; }

    /// <summary>How often the secret is read again, for a signing key that was changed; a second to a day.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(1);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (RefreshInterval < TimeSpan.FromSeconds(1) || RefreshInterval > TimeSpan.FromDays(1))
            yield return new ValidationResult("must be from 00:00:01 to 1.00:00:00", [nameof(RefreshInterval)]);
    }
}
