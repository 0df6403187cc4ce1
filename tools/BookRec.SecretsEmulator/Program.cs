using System.Net;
using BookRec.SecretsEmulator;
using Microsoft.AspNetCore.Server.Kestrel.Core;

if (!Options.TryParse(args, out var options, out var problem))
{
    Console.Error.WriteLine(problem);
    return 1;
}

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.Configure<KestrelServerOptions>(kestrel =>
{
    // Secrets without TLS: this machine alone.
    kestrel.Listen(IPAddress.Loopback, options.Port);
    kestrel.Limits.MaxRequestBodySize = 128 * 1024;
});
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton(new SecretsFile(options.SecretsPath));
builder.Services.AddSingleton(new SigV4(options.AccessKey, options.SecretKey));
builder.Services.AddSingleton<SecretsManager>();

await using var app = builder.Build();
app.MapGet("/", () => "Secrets Manager emulator");
app.MapPost("/", (HttpContext context, SecretsManager secrets) => secrets.Answer(context));
await app.RunAsync();
return 0;
