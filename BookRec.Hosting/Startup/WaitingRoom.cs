using BookRec.Hosting.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace BookRec.Hosting.Startup;

/// <summary>Stands at the host's address while the host cannot start yet: alive, not ready, and says why. Opens only when there is a wait.</summary>
internal sealed class WaitingRoom(IConfiguration configuration) : IAsyncDisposable
{
    private WebApplication? _front;
    private DependencyHealth? _missing;

    /// <summary>Cancelled when the process is asked to stop while it waits.</summary>
    public CancellationToken Leaving => _leaving.Token;

    private readonly CancellationTokenSource _leaving = new();

    /// <summary>Tells the console, once for each reason, and from now on whoever asks for readiness.</summary>
    public async Task Tell(Dependency dependency, string reason)
    {
        if (_missing?.Name != dependency.Name || _missing.Detail != reason)
            await Console.Error.WriteLineAsync($"Waiting for {dependency.Name}, {dependency.Where}: {reason}");
        _missing = new DependencyHealth(dependency.Name, "unhealthy", 0, reason);
        if (_front is null)
            await Open();
    }

    public async ValueTask DisposeAsync()
    {
        if (_front is not null)
            await _front.DisposeAsync();
        _leaving.Dispose();
    }

    private async Task Open()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.ConfigureSnakeCase();

        // A free port would be another one once the host itself asks for it: nobody could know this address.
        var urls = ListenAddresses.Of(configuration).Where(url => !url.EndsWith(":0", StringComparison.Ordinal)).ToArray();
        if (urls.Length == 0)
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        else
            builder.WebHost.UseUrls(urls);

        _front = builder.Build();
        _front.MapGet("/api/live", () => TypedResults.Ok(new Liveness("alive")));
        _front.MapFallback(context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "2";
            return context.Response.WriteAsJsonAsync(new Readiness("not_ready", [_missing!]));
        });
        _front.Lifetime.ApplicationStopping.Register(() => _leaving.Cancel());
        await _front.StartAsync();
    }
}
