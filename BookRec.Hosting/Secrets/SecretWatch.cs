using BookRec.Hosting.Auth;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BookRec.Hosting.Secrets;

/// <summary>
/// Reads the secret again now and then, and at once when a token names a key that is not known here, so that the signing key can be
/// changed under load: whoever reads it first signs with it, and the others learn it from the first token they meet.
/// </summary>
internal sealed class SecretWatch(SecretsSource source, SecretsSettings settings, SigningKeys keys, TimeProvider time, ILogger<SecretWatch> log) : BackgroundService
{
    /// <summary>Between two readings: tokens with made-up keys must not become calls to Secrets Manager.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private long _began = time.GetTimestamp();

    /// <summary>Comes back when the secret has been read after this call, or could not be.</summary>
    public async Task ReadAgain(CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_began > asked)
                return;
            if (ShortestPause - time.GetElapsedTime(_began) is { Ticks: > 0 } pause)
                await Task.Delay(pause, time, cancellationToken);
            _began = time.GetTimestamp();
            await Read(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _turn.Dispose();
        source.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(settings.RefreshInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await ReadAgain(stoppingToken);
    }

    private async Task Read(CancellationToken cancellationToken)
    {
        try
        {
            await source.Dependency.Probe(cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // The keys that are known go on working.
            log.LogWarning(failure, "The secret could not be read again");
            return;
        }

        if (Usable(SecretsSource.SigningKey) is not { } next)
        {
            log.LogError("The secret holds no usable signing key; the one that is known stays");
            return;
        }

        if (next.Id != keys.Current.Id)
            log.LogInformation("Access tokens are signed with key {KeyId} from now on", next.Id);
        keys.Change(next, Usable(SecretsSource.PreviousSigningKey));
    }

    private SigningKey? Usable(string setting)
        => source.Values.GetValueOrDefault(setting) is { } text && SigningKey.TryParse(text, out var key) && !SigningKey.IsWeak(text) ? key : null;
}

internal static class SecretWatching
{
    /// <summary>Does nothing when no secret is named.</summary>
    public static void AddSecretWatch(this WebApplicationBuilder builder, SecretsSettings settings)
    {
        if (string.IsNullOrEmpty(settings.Name))
            return;
        var source = new SecretsSource(settings.Name, AwsEndpoint.Of("SECRETS_MANAGER", builder.Configuration));
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<SecretWatch>(services, source, settings));
        builder.Services.AddHostedService(services => services.GetRequiredService<SecretWatch>());
    }
}
