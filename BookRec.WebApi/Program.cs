using BookRec.Hosting;
using BookRec.Hosting.Dashboard;
using BookRec.Hosting.Health;
using BookRec.Hosting.Membership;
using BookRec.Silo;
using BookRec.WebApi.Hosting;

if (HealthProbe.IsMeant(args))
    return await HealthProbe.Run(args, Console.Error);

return await HostProcess.Run(async () =>
{
    var builder = WebApplication.CreateBuilder(CommandLine.Expand(args));
    builder.UseDefaultUrl(CommandLine.DefaultPort);
    await using (var gate = new StartupGate(builder))
    {
        await gate.ReadSecrets();
        var host = builder.AddBookRecHosting();
        if (host.HasSilo)
            builder.AddBookRecSilo(host);
        else
            builder.AddClusterClient(host);
        await gate.WaitForDependencies();
    }

    builder.AddWebFront();

    await using var app = builder.Build();
    app.UseWebFront();
    if (app.Services.GetRequiredService<HostSettings>().HasSilo)
        app.MapBookRecDashboard();
    await app.RunToTheEnd();
});
