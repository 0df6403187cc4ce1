using BookRec.Hosting.Health;
using BookRec.Hosting.Tracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BookRec.Hosting.Membership;

/// <summary>The connection of a process without a silo to the silos. Kept up by itself: lost gateways are replaced from Redis' list.</summary>
public static class ClusterClient
{
    public static void AddClusterClient(this WebApplicationBuilder builder, HostSettings host)
    {
        var password = new LivePassword(builder.Configuration, LivePassword.Redis);
        builder.UseOrleansClient(client =>
        {
            client.UseRedisMembership(host, password);
            client.UseConnectionRetryFilter<KeepTrying>();
            client.CarryTraces();
            client.AddOutgoingGrainCallFilter<IdempotentRetry>();
        });
        builder.Services.AddSingleton<Connection>();
        builder.Services.AddSingleton<IClusterConnectionStatusObserver>(services => services.GetRequiredService<Connection>());

        // The connection may wait for the first silo as long as it takes; probes must be answered meanwhile.
        builder.Services.Configure<HostOptions>(options => options.ServicesStartConcurrently = true);
        builder.Services.AddHealthChecks().AddCheck<ClusterHealth>("cluster", tags: [HealthSetup.Ready]);
        builder.AddDependency(RedisMembership.Dependency(host.Redis, password));
    }

    /// <summary>Before the first silo is there, the front asks again and again; readiness says so meanwhile.</summary>
    private sealed class KeepTrying(ILogger<KeepTrying> log) : IClientConnectionRetryFilter
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
        private bool _told;

        public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
        {
            if (!_told)
                log.LogWarning("No silo can be reached yet ({Reason}); asking on", exception.Message);
            _told = true;
            await Task.Delay(Pause, cancellationToken);
            return true;
        }
    }
}
