using Microsoft.Extensions.Configuration;

namespace BookRec.Hosting;

/// <summary>Which AWS a service is at, by the variables every AWS tool knows; credentials come from the SDK's own chain.</summary>
/// <param name="Region">From <c>AWS_REGION</c> or <c>AWS_DEFAULT_REGION</c>; null lets the SDK look further.</param>
/// <param name="Url">From <c>AWS_ENDPOINT_URL_&lt;SERVICE&gt;</c> or <c>AWS_ENDPOINT_URL</c>; null means AWS itself.</param>
public sealed record AwsEndpoint(string? Region, string? Url)
{
    /// <summary>An emulator does not care, but a signature needs a name.</summary>
    private const string AnyRegion = "us-east-1";

    /// <param name="service">As in the variable: <c>S3</c>, <c>SECRETS_MANAGER</c>.</param>
    /// <exception cref="SettingsException">The endpoint is not a URL.</exception>
    public static AwsEndpoint Of(string service, IConfiguration configuration)
    {
        var (name, url) = new[] { $"AWS_ENDPOINT_URL_{service}", "AWS_ENDPOINT_URL" }
            .Select(key => (key, configuration[key]))
            .FirstOrDefault(found => !string.IsNullOrWhiteSpace(found.Item2));
        if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"))
            throw new SettingsException($"{name} must be a URL such as http://127.0.0.1:4566, not '{url}'");
        var region = NullIfEmpty(configuration["AWS_REGION"]) ?? NullIfEmpty(configuration["AWS_DEFAULT_REGION"]) ?? (url is null ? null : AnyRegion);
        return new AwsEndpoint(region, url);
    }

    /// <summary>For messages: where the service is.</summary>
    public override string ToString() => Url ?? $"AWS {Region ?? "(region of the profile)"}";

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
