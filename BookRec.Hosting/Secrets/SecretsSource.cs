using System.Text.Json;
using Amazon.Runtime;
using Microsoft.Extensions.Configuration;

namespace BookRec.Hosting.Secrets;

/// <summary>
/// One secret of AWS Secrets Manager, a JSON object of texts, as settings: <c>jwt_secret_key</c>, <c>jwt_previous_secret_key</c>,
/// <c>postgres_password</c> and <c>redis_password</c>. Its values win over the same settings from elsewhere; other fields are left alone.
/// </summary>
internal sealed class SecretsSource : IDisposable
{
    public const string SigningKey = $"{HostSettings.Section}:Tokens:SigningKey";
    public const string PreviousSigningKey = $"{HostSettings.Section}:Tokens:PreviousSigningKey";

    private static readonly Dictionary<string, string> SettingOf = new()
    {
        ["jwt_secret_key"] = SigningKey,
        ["jwt_previous_secret_key"] = PreviousSigningKey,
        ["postgres_password"] = $"{HostSettings.Section}:Database:Password",
        ["redis_password"] = $"{HostSettings.Section}:Redis:Password",
    };

    /// <summary>What no waiting mends: credentials that are wrong or may not read the secret.</summary>
    private static readonly HashSet<string> Refusals =
    [
        "InvalidSignatureException", "UnrecognizedClientException", "AccessDeniedException", "InvalidClientTokenId", "MissingAuthenticationTokenException",
        "IncompleteSignatureException", "SignatureDoesNotMatch",
    ];

    private readonly string _name;
    private readonly SecretsManagerClient _client;
    private Dictionary<string, string?> _values = [];

    public SecretsSource(string name, AwsEndpoint endpoint)
    {
        _name = name;
        Dependency = new Dependency("secrets", $"the secret {name} of Secrets Manager at {endpoint}", Read);
        try
        {
            _client = new SecretsManagerClient(new SecretsManagerConfig(endpoint));
        }
        catch (AmazonClientException noRegion)
        {
            throw new SettingsException($"AWS_REGION is needed to find Secrets Manager: {noRegion.Message}");
        }
    }

    public Dependency Dependency { get; }

    /// <summary>What was read last, by the settings it stands for.</summary>
    public IReadOnlyDictionary<string, string?> Values => _values;

    public void Give(IConfigurationBuilder configuration) => configuration.AddInMemoryCollection(_values);

    public void Dispose() => _client.Dispose();

    private async Task Read(CancellationToken cancellationToken)
    {
        try
        {
            _values = Parse(await _client.GetSecret(_name, cancellationToken));
        }
        catch (AmazonServiceException refused) when (Refusals.Contains(refused.ErrorCode))
        {
            throw new SettingsException($"{HostSettings.Section}:Secrets:Name: Secrets Manager refuses to give {_name} ({refused.ErrorCode}): {refused.Message}");
        }
    }

    private Dictionary<string, string?> Parse(string? text)
    {
        try
        {
            var fields = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(text ?? "") ?? [];
            return SettingOf.Where(s => fields.ContainsKey(s.Key)).ToDictionary(s => s.Value, s => fields[s.Key].GetString());
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // Nothing of the text may be in the message, and the parser's message quotes it.
            throw new SettingsException($"{HostSettings.Section}:Secrets:Name: the secret {_name} is not a JSON object of texts ({string.Join(", ", SettingOf.Keys)})");
        }
    }
}
