using BookRec.Hosting;
using BookRec.Hosting.Auth;
using BookRec.Hosting.Dashboard;
using BookRec.Hosting.Health;
using BookRec.Hosting.Metrics;
using BookRec.WebApi.Admin;
using BookRec.WebApi.Auth;
using BookRec.WebApi.Books;
using BookRec.WebApi.Interactions;
using BookRec.WebApi.Recommendations;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BookRec.WebApi.Hosting;

/// <summary>The REST front: everything between the socket and the grains.</summary>
public static class WebFront
{
    /// <summary>A batch of 1,000 interactions is about 100 KB; imports lift the limit for themselves.</summary>
    private const long MaximumBodyBytes = 1024 * 1024;

    public static void AddWebFront(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = MaximumBodyBytes;
            kestrel.AddServerHeader = false;
        });
        builder.Services.AddSingleton<Cluster>();
        builder.Services.AddJson();
        builder.Services.AddProblems();
        builder.Services.AddPolicies();
        builder.Services.AddDashboardAccess();
        builder.Services.AddOpenApiDescription();
        builder.Services.AddHostedService<Welcome>();
    }

    public static void UseWebFront(this WebApplication app)
    {
        app.UseBookRecTelemetry();
        app.UseProblems();
        app.UseSafeHeaders();
        app.UseAuthentication();
        app.UseAuthorization();

        app.MapAuth();
        app.MapBooks();
        app.MapInteractions();
        app.MapRecommendations();
        app.MapTraining();
        app.MapModels();
        app.MapImports();
        app.MapBookRecHealth();
        app.MapBookRecMetrics();
        app.MapOpenApiDescription();
    }
}
