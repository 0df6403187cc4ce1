namespace BookRec.Hosting;

/// <summary>Where the passwords come from. Section <c>BookRec:Secrets</c>.</summary>
public sealed record SecretsSettings
{
    public const string Section = "Secrets";

    /// <summary>Name of the secret in AWS Secrets Manager, such as <c>bookrec/production</c>; empty: the settings themselves hold the passwords.</summary>
    public string? Name { get; init; }
}
