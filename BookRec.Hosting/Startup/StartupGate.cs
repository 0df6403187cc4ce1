using BookRec.Hosting.Startup;
using Microsoft.AspNetCore.Builder;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace BookRec.Hosting;

/// <summary>
/// What stands before the host: waits for secrets and servers that are not up yet, longer each time. While it waits, probes are answered
/// and the console says what is missing; a start that has all it needs does not notice the gate.
/// </summary>
public sealed class StartupGate : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(10);

    private readonly WebApplicationBuilder _builder;
    private readonly TimeSpan _patience;
    private readonly WaitingRoom _room;

    /// <exception cref="SettingsException">A setting of the gate cannot be used.</exception>
    public StartupGate(WebApplicationBuilder builder)
    {
        _builder = builder;
        _patience = SettingsReader.BindSection<StartupSettings>(builder.Configuration, StartupSettings.Section).Patience;
        _room = new WaitingRoom(builder.Configuration);
    }

    /// <summary>Puts what Secrets Manager holds where settings are read from; does nothing when no secret is named.</summary>
    /// <exception cref="DependencyException">Secrets Manager did not give it in time.</exception>
    /// <exception cref="SettingsException">It refused, or the secret is not what it must be.</exception>
    /// <exception cref="StoppedException">The process was asked to stop.</exception>
    public async Task ReadSecrets()
    {
        var settings = SettingsReader.BindSection<SecretsSettings>(_builder.Configuration, SecretsSettings.Section);
        if (string.IsNullOrEmpty(settings.Name))
            return;
        var source = new Secrets.SecretsSource(settings.Name, AwsEndpoint.Of("SECRETS_MANAGER", _builder.Configuration), TimeProvider.System);
        await WaitFor(source.Dependency);
        _builder.Configuration.Sources.Add(source);
    }

    /// <summary>Waits until everything that was registered as a <see cref="Dependency"/> answers.</summary>
    /// <exception cref="DependencyException">One did not answer in time.</exception>
    /// <exception cref="StoppedException">The process was asked to stop.</exception>
    public async Task WaitForDependencies()
    {
        foreach (var dependency in _builder.Services.Select(s => s.ServiceType == typeof(Dependency) ? s.ImplementationInstance : null).OfType<Dependency>())
            await WaitFor(dependency);
    }

    public ValueTask DisposeAsync() => _room.DisposeAsync();

    private async Task WaitFor(Dependency dependency)
    {
        Exception? last = null;
        var patience = new ResiliencePipelineBuilder()
            .AddTimeout(new TimeoutStrategyOptions { TimeoutGenerator = _ => ValueTask.FromResult(_patience + FirstPause) })
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                Delay = FirstPause,
                MaxDelay = LongestPause,
                UseJitter = true,
                ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Exception is { } failure and not SettingsException && !IsOurs(failure, attempt.Context)),
                OnRetry = async attempt => await _room.Tell(dependency, Reason(last = attempt.Outcome.Exception!)),
            })
            .AddTimeout(LongestProbe)
            .Build();
        try
        {
            await patience.ExecuteAsync(async cancelled => await dependency.Probe(cancelled), _room.Leaving);
        }
        catch (OperationCanceledException stopped) when (_room.Leaving.IsCancellationRequested)
        {
            throw new StoppedException(stopped);
        }
        catch (TimeoutRejectedException timeout)
        {
            throw new DependencyException(
                $"Gave up after {_patience.TotalSeconds:0.#} s ({HostSettings.Section}:{StartupSettings.Section}:{nameof(StartupSettings.Patience)}): "
                + $"{dependency.Name} is missing, {dependency.Where}: {Reason(last ?? timeout)}");
        }
    }

    /// <summary>Whether the wait itself is over, because patience ran out or the process is asked to stop.</summary>
    private static bool IsOurs(Exception failure, ResilienceContext context) => failure is OperationCanceledException && context.CancellationToken.IsCancellationRequested;

    private static string Reason(Exception failure)
    {
        if (failure is TimeoutRejectedException)
            return "no answer";
        var root = failure.GetBaseException().Message;
        return (failure.Message.Contains(root, StringComparison.Ordinal) ? failure.Message : $"{failure.Message} ({root})").ReplaceLineEndings(" ");
    }
}
