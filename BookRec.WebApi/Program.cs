using BookRec.Hosting;
using BookRec.WebApi.Hosting;

return await HostProcess.Run(async () =>
{
    var builder = WebApplication.CreateBuilder(CommandLine.Expand(args));
    builder.AddBookRecHosting();
    builder.AddWebFront();

    await using var app = builder.Build();
    app.UseWebFront();
    await app.RunAsync();
});
