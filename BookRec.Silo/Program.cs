using BookRec.Hosting;
using BookRec.Hosting.Auth;
using BookRec.Hosting.Dashboard;
using BookRec.Hosting.Health;
using BookRec.Hosting.Metrics;
using BookRec.Hosting.RateLimits;
using BookRec.Silo;

if (HealthProbe.IsMeant(args))
    return await HealthProbe.Run(args, Console.Error);

return await HostProcess.Run(async () =>
{
    if (AdminCommand.IsMeant(args))
    {
        await AdminCommand.Run(args, Console.In, Console.Out);
        return;
    }

    var builder = WebApplication.CreateBuilder(CommandLine.Expand(args));
    builder.UseDefaultUrl(SiloComposition.DefaultHttpPort);
    await using (var gate = new StartupGate(builder))
    {
        await gate.ReadSecrets();
        builder.AddBookRecSilo(builder.AddBookRecHosting());
        await gate.WaitForDependencies();
    }

    builder.Services.AddPolicies();
    builder.AddSharedBudgets();
    builder.Services.AddDashboardAccess();

    await using var app = builder.Build();
    app.UseBookRecTelemetry();
    app.UseAuthentication();
    app.UseAuthorization();
    app.MapBookRecHealth();
    app.MapBookRecMetrics();
    app.MapBookRecDashboard();
    await app.RunToTheEnd();
});
