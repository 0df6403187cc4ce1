using System.ComponentModel.DataAnnotations;

namespace BookRec.Hosting;

/// <summary>How access tokens are signed and how long they hold.</summary>
public sealed record TokenSettings : IValidatableObject
{
    /// <summary>Base64 of at least 256 random bits; null in embedded mode means the file <c>jwt-key</c> in the data directory, made at the first start.</summary>
    public string? SigningKey { get; init; }

    /// <summary>The key before, whose tokens are accepted until they end; set it while the keys are changed, for as long as an access token lives.</summary>
    public string? PreviousSigningKey { get; init; }

    [Required]
    public string Issuer { get; init; } = "bookrec";

    [Required]
    public string Audience { get; init; } = "bookrec";

    /// <summary>From a minute to a day; a token ends with its session too.</summary>
    public TimeSpan AccessTokenLifetime { get; init; } = TimeSpan.FromMinutes(30);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SigningKey is not null && !Hosting.SigningKey.TryParse(SigningKey, out _))
            yield return new ValidationResult("must be base64 of at least 32 bytes", [nameof(SigningKey)]);

        if (PreviousSigningKey is not null && !Hosting.SigningKey.TryParse(PreviousSigningKey, out _))
            yield return new ValidationResult("must be base64 of at least 32 bytes", [nameof(PreviousSigningKey)]);

        if (AccessTokenLifetime < TimeSpan.FromMinutes(1) || AccessTokenLifetime > TimeSpan.FromDays(1))
            yield return new ValidationResult("must be from 00:01:00 to 1.00:00:00", [nameof(AccessTokenLifetime)]);
    }

    /// <summary>Nothing of the key.</summary>
    public override string ToString() => $"{Issuer} for {Audience}";
}
