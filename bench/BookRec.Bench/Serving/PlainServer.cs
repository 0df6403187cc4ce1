using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BookRec.Bench.Serving;

/// <summary>The yardstick, in a process of its own: the least that ASP.NET Core does to answer with the bytes of a file.</summary>
static class PlainServer
{
    public const string Name = "plain-server";

    public static Command Create()
    {
        var port = new Option<int>("--port") { Required = true };
        var body = new Option<FileInfo>("--body") { Required = true };
        var command = new Command(Name, "The yardstick of `serving`, which starts it.") { port, body };
        command.Hidden = true;
        command.SetAction((arguments, cancellationToken) => Run(
            arguments.GetRequiredValue(port), File.ReadAllBytes(arguments.GetRequiredValue(body).FullName), cancellationToken));
        return command;
    }

    static async Task<int> Run(int port, byte[] body, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using var app = builder.Build();
        app.MapGet("/", () => TypedResults.Bytes(body, "application/json; charset=utf-8"));
        await ((IHost)app).RunAsync(cancellationToken);
        return 0;
    }
}
