using BookRec.Hosting;
using BookRec.Silo;
using BookRec.WebApi.Hosting;

return await HostProcess.Run(async () =>
{
    var builder = WebApplication.CreateBuilder(CommandLine.Expand(args));
    builder.AddBookRecSilo(builder.AddBookRecHosting());
    builder.AddWebFront();

    await using var app = builder.Build();
    app.UseWebFront();
    await app.RunAsync();
});
