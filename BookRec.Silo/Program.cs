using BookRec.Hosting;
using BookRec.Hosting.Health;
using BookRec.Hosting.Metrics;
using BookRec.Silo;

return await HostProcess.Run(async () =>
{
    var builder = WebApplication.CreateBuilder(CommandLine.Expand(args));
    builder.AddBookRecSilo(builder.AddBookRecHosting());
    var app = builder.Build();
    app.UseBookRecTelemetry();
    app.MapBookRecHealth();
    app.MapBookRecMetrics();
    await app.RunAsync();
});
