using BookRec.Hosting;
using BookRec.Hosting.Health;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BookRec.WebApi.Hosting;

/// <summary>Says where to go as soon as the service is ready.</summary>
public sealed class Welcome(HealthCheckService checks, IServer server, Announcer announcer, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await SayWhenReady(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The host stops before it was ever ready; there is nothing to say.
        }
    }

    private async Task SayWhenReady(CancellationToken stoppingToken)
    {
        while ((await checks.CheckHealthAsync(check => check.Tags.Contains(HealthSetup.Ready), stoppingToken)).Status == HealthStatus.Unhealthy)
            await Task.Delay(PollInterval, time, stoppingToken);
        foreach (var address in server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
            announcer.Say($"BookRec is ready at {address} — try it at {address}/docs");
    }
}
