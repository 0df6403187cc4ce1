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
    private IReadOnlyDictionary<string, string?> _told = source.Values;

    /// <summary>Comes back when the secret has been read after this call, or could not be.</summary>
    public async Task ReadAgain(CancellationToken cancellationToken)
    {
        if (!await source.ReadAgain(cancellationToken))
            return;
        TellOfPasswords();
        ChangeKeys();
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        source.Lost += TellOfLoss;
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        source.Lost -= TellOfLoss;
        source.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(settings.RefreshInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await ReadAgain(stoppingToken);
    }

    private void TellOfLoss(Exception failure)
        => log.LogWarning(failure, "The secret cannot be read at the moment; what is known goes on working");

    /// <summary>Compared with what was told last: a refused login may have read the new one already.</summary>
    private void TellOfPasswords()
    {
        var before = Interlocked.Exchange(ref _told, source.Values);
        foreach (var password in new[] { LivePassword.Database, LivePassword.Redis })
        {
            if (_told.GetValueOrDefault(password) != before.GetValueOrDefault(password))
                log.LogInformation("{Setting} is another one from now on", password);
        }
    }

    private void ChangeKeys()
    {
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
        if (SecretsSource.Of(builder.Configuration) is not { } source)
            return;
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<SecretWatch>(services, source, settings));
        builder.Services.AddHostedService(services => services.GetRequiredService<SecretWatch>());
    }
}
