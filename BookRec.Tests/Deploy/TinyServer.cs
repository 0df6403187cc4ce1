using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BookRec.Tests.Deploy;

/// <summary>A web server that remembers what it was asked and answers as the test wants.</summary>
sealed class TinyServer : IAsyncDisposable
{
    readonly WebApplication app;

    TinyServer(WebApplication app) => this.app = app;

    public ConcurrentQueue<(string Method, string Path)> Seen { get; } = new();

    public int Port => new Uri(app.Urls.First()).Port;

    public static async Task<TinyServer> Start(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        var server = new TinyServer(builder.Build());
        server.app.Run(context =>
        {
            server.Seen.Enqueue((context.Request.Method, context.Request.Path));
            return answer(context);
        });
        await server.app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(0);
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }
}
