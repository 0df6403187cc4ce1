using BookRec.Hosting;
using BookRec.Hosting.Health;
using BookRec.Hosting.Metrics;
using BookRec.Silo;

return await HostProcess.Run(async () =>
{
    if (AdminCommand.IsMeant(args))
    {
        await AdminCommand.Run(args, Console.In, Console.Out);
        return;
    }

    var builder = WebApplication.CreateBuilder(CommandLine.Expand(args));
    builder.AddBookRecSilo(builder.AddBookRecHosting());
    var app = builder.Build();
    app.UseBookRecTelemetry();
    app.MapBookRecHealth();
    app.MapBookRecMetrics();
    await app.RunAsync();
});
