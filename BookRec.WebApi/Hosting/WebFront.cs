using BookRec.Hosting;
using BookRec.Hosting.Auth;
using BookRec.Hosting.Dashboard;
using BookRec.Hosting.Health;
using BookRec.Hosting.Metrics;
using BookRec.Hosting.RateLimits;
using BookRec.WebApi.Accounts;
using BookRec.WebApi.Admin;
using BookRec.WebApi.Auth;
using BookRec.WebApi.Books;
using BookRec.WebApi.Interactions;
using BookRec.WebApi.RateLimits;
using BookRec.WebApi.Recommendations;

namespace BookRec.WebApi.Hosting;

/// <summary>The REST front: everything between the socket and the grains.</summary>
public static class WebFront
{
    public static void AddWebFront(this WebApplicationBuilder builder)
    {
        builder.AddEdge();
        builder.AddSharedBudgets();
        builder.Services.AddSingleton<Cluster>();
        builder.Services.AddSingleton<WrittenLists>();
        builder.Services.AddJson();
        builder.Services.AddProblems();
        builder.Services.AddPolicies();
        builder.Services.AddDashboardAccess();
        builder.Services.AddOpenApiDescription();
        builder.Services.AddHostedService<Welcome>();
    }

    public static void UseWebFront(this WebApplication app)
    {
        app.UseForwardedClient();
        app.UseBookRecTelemetry();
        app.UseSafeHeaders();
        app.UseProblems();
        app.UseOneLength();
        app.UseKnownCharsets();
        app.UseCors();
        app.UseAddressLimits();
        app.UseLoadShedding();
        app.UseRequestTimeouts();
        app.UseAuthentication();
        app.UseRateLimits();
        app.UseAuthorization();

        app.MapAuth();
        app.MapAccount();
        app.MapBooks();
        app.MapInteractions();
        app.MapRecommendations();
        app.MapTraining();
        app.MapModels();
        app.MapImports();
        app.MapAccountAdministration();
        app.MapBookRecHealth().ChargedTo(Purse.Nobody);
        app.MapBookRecMetrics().ChargedTo(Purse.Nobody);
        app.MapOpenApiDescription();
    }
}
