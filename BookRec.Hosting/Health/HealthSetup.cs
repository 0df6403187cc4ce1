using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BookRec.Hosting.Health;

public static class HealthSetup
{
    /// <summary>Tag of the checks that must hold before traffic is let in.</summary>
    public const string Ready = "ready";

    /// <summary>Longer than a healthy dependency ever takes, shorter than a prober waits.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(3);

    internal static void AddBookRecHealth(this WebApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks().AddCheck<LifetimeCheck>("host", tags: [Ready]);
        builder.Services.PostConfigure<HealthCheckServiceOptions>(BoundEveryCheck);
    }

    /// <summary>A check that forgets to watch its token must not hang the probe.</summary>
    private static void BoundEveryCheck(HealthCheckServiceOptions options)
    {
        foreach (var registration in options.Registrations)
        {
            var factory = registration.Factory;
            var timeout = registration.Timeout > TimeSpan.Zero ? registration.Timeout : DefaultTimeout;
            registration.Timeout = Timeout.InfiniteTimeSpan;
            registration.Factory = services => new BoundedCheck(factory(services), timeout);
        }
    }

    private sealed class BoundedCheck(IHealthCheck inner, TimeSpan timeout) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(timeout);
            try
            {
                return await inner.CheckHealthAsync(context, deadline.Token).WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new HealthCheckResult(context.Registration.FailureStatus, $"no answer within {timeout.TotalSeconds:0.#} s");
            }
        }
    }
}
