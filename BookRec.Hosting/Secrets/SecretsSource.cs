using System.Text.Json;
using Amazon.Runtime;
using Microsoft.Extensions.Configuration;

namespace BookRec.Hosting.Secrets;

/// <summary>
/// One secret of AWS Secrets Manager, a JSON object of texts, as settings: <c>jwt_secret_key</c>, <c>jwt_previous_secret_key</c>,
/// <c>postgres_password</c> and <c>redis_password</c>. Its values win over the same settings from elsewhere; other fields are left alone.
/// It may be read again while the process runs; whoever looks at the settings then finds what was read last.
/// </summary>
internal sealed class SecretsSource : IConfigurationSource, IDisposable
{
    public const string SigningKey = $"{HostSettings.Section}:Tokens:SigningKey";
    public const string PreviousSigningKey = $"{HostSettings.Section}:Tokens:PreviousSigningKey";

    /// <summary>Between two readings: tokens with made-up keys and logins that are refused must not become calls to Secrets Manager.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, string> SettingOf = new()
    {
        ["jwt_secret_key"] = SigningKey,
        ["jwt_previous_secret_key"] = PreviousSigningKey,
        ["postgres_password"] = LivePassword.Database,
        ["redis_password"] = LivePassword.Redis,
    };

    /// <summary>What no waiting mends: credentials that are wrong or may not read the secret.</summary>
    private static readonly HashSet<string> Refusals =
    [
        "InvalidSignatureException", "UnrecognizedClientException", "AccessDeniedException", "InvalidClientTokenId", "MissingAuthenticationTokenException",
        "IncompleteSignatureException", "SignatureDoesNotMatch",
    ];

    private readonly string _name;
    private readonly SecretsManagerClient _client;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Dictionary<string, string?> _values = [];
    private long _began;
    private bool _isReadable = true;

    public SecretsSource(string name, AwsEndpoint endpoint, TimeProvider time)
    {
        (_name, _time, _began) = (name, time, time.GetTimestamp());
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

    /// <summary>The secret cannot be read any more; told once, until it has been read again.</summary>
    public event Action<Exception>? Lost;

    private event Action? Changed;

    /// <summary>What was read last, by the settings it stands for.</summary>
    public IReadOnlyDictionary<string, string?> Values => _values;

    /// <summary>The secret among the settings; null where none is named.</summary>
    public static SecretsSource? Of(IConfigurationBuilder configuration) => configuration.Sources.OfType<SecretsSource>().SingleOrDefault();

    public IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(this);

    /// <summary>Comes back when the secret has been read after this call, or could not be: what is known goes on working.</summary>
    /// <returns>Whether it was read.</returns>
    public async Task<bool> ReadAgain(CancellationToken cancellationToken)
    {
        var asked = _time.GetTimestamp();
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_began > asked)
                return _isReadable;
            if (ShortestPause - _time.GetElapsedTime(_began) is { Ticks: > 0 } pause)
                await Task.Delay(pause, _time, cancellationToken);
            _began = _time.GetTimestamp();
            await Read(cancellationToken);
            return _isReadable = true;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            if (_isReadable)
                Lost?.Invoke(failure);
            return _isReadable = false;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _turn.Dispose();
    }

    private async Task Read(CancellationToken cancellationToken)
    {
        try
        {
            _values = Parse(await _client.GetSecret(_name, cancellationToken));
            Changed?.Invoke();
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

    private sealed class Provider : ConfigurationProvider
    {
        private readonly SecretsSource _source;

        public Provider(SecretsSource source)
        {
            _source = source;
            source.Changed += () =>
            {
                Load();
                OnReload();
            };
        }

        public override void Load() => Data = new Dictionary<string, string?>(_source._values, StringComparer.OrdinalIgnoreCase);
    }
}
