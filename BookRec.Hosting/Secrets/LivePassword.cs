using BookRec.Hosting.Secrets;
using Microsoft.Extensions.Configuration;

namespace BookRec.Hosting;

/// <summary>A server's password as the settings have it now. Where a secret is named, it may change while the process runs.</summary>
public sealed class LivePassword
{
    public const string Database = $"{HostSettings.Section}:Database:Password";
    public const string Redis = $"{HostSettings.Section}:Redis:Password";

    private readonly IConfigurationManager _configuration;
    private readonly string _setting;

    /// <param name="configuration">Of the process.</param>
    /// <param name="setting"><see cref="Database"/> or <see cref="Redis"/>.</param>
    public LivePassword(IConfigurationManager configuration, string setting) => (_configuration, _setting) = (configuration, setting);

    /// <summary>Null where the server asks for none.</summary>
    public string? Current => _configuration[_setting];

    /// <summary>After a refused login: reads the secret again, at most once a second.</summary>
    /// <returns>False where nothing new is known, because there is no secret or it cannot be read, so that trying again is in vain.</returns>
    public async Task<bool> LookUp(CancellationToken cancellationToken)
        => SecretsSource.Of(_configuration) is { } source && await source.ReadAgain(cancellationToken);
}
