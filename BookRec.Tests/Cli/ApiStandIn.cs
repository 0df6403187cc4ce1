using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using BookRec.Client.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace BookRec.Tests.Cli;

/// <summary>
/// A real HTTP server on a free loopback port that plays the API: checks tokens, keeps what is uploaded, and answers each question about an
/// import or a training run with the next of its prepared answers, the last one from then on.
/// </summary>
sealed class ApiStandIn : IAsyncDisposable
{
    public const string Email = "admin@bookrec.local";
    public const string Password = "correct horse battery staple";
    public static readonly Guid ImportId = new("0b9c0a1e-7a4c-4f5e-9a0e-3f1d2c4b5a69");
    public static readonly Guid RunId = new("6f2b1c1e-30d8-4a55-8e57-0c4a7b9d1e22");

    readonly WebApplication app;
    int grants;
    int answersGiven;
    int requests;

    ApiStandIn(WebApplication app) => this.app = app;

    public Uri Url => new(app.Urls.Single());

    /// <summary>How often somebody has logged in or refreshed; each time the tokens before it become worthless.</summary>
    public int Grants => grants;

    /// <summary>Name and bytes of each uploaded file, in the order of arrival; of the last upload.</summary>
    public List<(string Name, byte[] Bytes)> Uploaded { get; private set; } = [];

    public string? UploadQuery { get; private set; }

    /// <summary>What the server says about the import or the training run, one after the other.</summary>
    public IReadOnlyList<object> Answers { get; init; } = [];

    public object? ModelStatus { get; init; }

    /// <summary>Which requests, counted from 1 without the logins, find their token expired.</summary>
    public IReadOnlyList<int> Expirations { get; set; } = [];

    /// <summary>How many of the first questions meet a server that is away.</summary>
    public int Absences { get; set; }

    /// <summary>An answer in place of 202 for an upload or a retraining.</summary>
    public IResult? Refusal { get; init; }

    public static async Task<ApiStandIn> Start(Func<WebApplication, ApiStandIn>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var standIn = configure?.Invoke(app) ?? new ApiStandIn(app);
        standIn.MapRoutes();
        await app.StartAsync();
        return standIn;
    }

    /// <param name="answers">What the server says about the import or the training run, one after the other.</param>
    public static Task<ApiStandIn> Start(params object[] answers) => Start(app => new ApiStandIn(app) { Answers = answers });

    public static Task<ApiStandIn> StartRefusing(IResult refusal) => Start(app => new ApiStandIn(app) { Refusal = refusal });

    public static Task<ApiStandIn> StartWithModels(object status) => Start(app => new ApiStandIn(app) { ModelStatus = status });

    /// <summary>A port of this computer that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    void MapRoutes()
    {
        app.MapPost("/api/auth/login", async (HttpRequest request) =>
        {
            var given = await request.ReadFromJsonAsync<Dictionary<string, string>>() ?? [];
            if (given["email"] != Email || given["password"] != Password)
                return Results.Problem(statusCode: StatusCodes.Status401Unauthorized, title: "Unauthorized");
            return Grant();
        });
        app.MapPost("/api/auth/refresh", async (HttpRequest request) =>
        {
            var given = await request.ReadFromJsonAsync<Dictionary<string, string>>() ?? [];
            return given["refresh_token"] == $"refresh-{grants}" ? Grant() : Results.Problem(statusCode: StatusCodes.Status401Unauthorized);
        });
        app.MapPost("/api/admin/imports", async (HttpRequest request) =>
        {
            if (!IsKnown(request))
                return Results.Unauthorized();
            if (Refusal is not null)
                return Refusal;
            UploadQuery = request.QueryString.Value;
            Uploaded = await Receive(request);
            return Json(Answers[0], StatusCodes.Status202Accepted);
        });
        app.MapPost("/api/admin/retrain", (HttpRequest request)
            => !IsKnown(request) ? Results.Unauthorized() : Refusal ?? Json(Answers[0], StatusCodes.Status202Accepted));
        app.MapGet($"/api/admin/imports/{ImportId}", NextAnswer);
        app.MapGet($"/api/admin/training-runs/{RunId}", NextAnswer);
        app.MapGet("/api/admin/model-status", (HttpRequest request) => IsKnown(request) ? Json(ModelStatus!) : Results.Unauthorized());
    }

    IResult NextAnswer(HttpRequest request)
    {
        if (!IsKnown(request))
            return Results.Unauthorized();
        if (Absences-- > 0)
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        return Json(Answers[Math.Min(answersGiven++, Answers.Count - 1)]);
    }

    bool IsKnown(HttpRequest request)
        => !Expirations.Contains(++requests) && request.Headers.Authorization == $"Bearer token-{grants}";

    static async Task<List<(string Name, byte[] Bytes)>> Receive(HttpRequest request)
    {
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.ContentType).Boundary).Value!;
        var reader = new MultipartReader(boundary, request.Body);
        var files = new List<(string, byte[])>();
        while (await reader.ReadNextSectionAsync() is { } section)
        {
            using var bytes = new MemoryStream();
            await section.Body.CopyToAsync(bytes);
            files.Add((section.AsFileSection()!.FileName, bytes.ToArray()));
        }

        return files;
    }

    IResult Grant()
    {
        var number = Interlocked.Increment(ref grants);
        return Json(new Tokens($"token-{number}", $"refresh-{number}", "bearer", 1800));
    }

    static IResult Json(object answer, int status = StatusCodes.Status200OK) => Results.Json(answer, Client.Http.Json.Options, statusCode: status);

    /// <summary>Bytes that no text handling leaves unchanged.</summary>
    public static byte[] Noise(int length) => RandomNumberGenerator.GetBytes(length);
}
