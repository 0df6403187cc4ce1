using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Hosting;
using BookRec.Hosting.Auth;
using BookRec.WebApi.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace BookRec.Tests.WebApi.Support;

/// <summary>The real front over real HTTP on a free port, before a <see cref="FakeCluster"/>.</summary>
public sealed class Front : IAsyncLifetime
{
    public static readonly DateTimeOffset Start = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("bookrec-front-");
    private WebApplication? _app;

    /// <summary>More settings, such as <c>--BookRec:Tokens:Issuer=me</c>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    public FakeCluster Cluster { get; } = new();

    public FakeTimeProvider Clock { get; } = new(Start);

    public Account Reader { get; } = new(Guid.NewGuid(), "reader@example.org", null, Role.User, AccountKind.Person, Start);

    public Account Librarian { get; } = new(Guid.NewGuid(), "admin@example.org", null, Role.Admin, AccountKind.Person, Start);

    public HttpClient Anonymous { get; private set; } = null!;

    public HttpClient User { get; private set; } = null!;

    public HttpClient Admin { get; private set; } = null!;

    /// <summary>Sessions that do not live any more.</summary>
    public ConcurrentBag<Guid> Ended { get; } = [];

    /// <summary>What was written into the audit log, and how it ended.</summary>
    public ConcurrentQueue<AuditEntry> Noted { get; } = [];

    public ConcurrentQueue<(int Status, string? Target)> Concluded { get; } = [];

    public IServiceProvider Services => _app!.Services;

    public IEnumerable<RouteEndpoint> Endpoints
        => ((IEndpointRouteBuilder)_app!).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    public string DataDirectory => _data.FullName;

    public async ValueTask InitializeAsync()
    {
        Cluster.Always<IAccessGrain>(nameof(IAccessGrain.RoleOf), call => Ended.Contains((Guid)call.Arguments[0]!) ? null : RoleOf((Guid)call.Key));
        Cluster.Always<IAccountsGrain>(nameof(IAccountsGrain.Note), call =>
        {
            Noted.Enqueue((AuditEntry)call.Arguments[0]!);
            return (long)Noted.Count;
        });
        Cluster.Always<IAccountsGrain>(nameof(IAccountsGrain.Conclude), call =>
        {
            Concluded.Enqueue(((int)call.Arguments[1]!, (string?)call.Arguments[2]));
            return null;
        });
        var builder = WebApplication.CreateBuilder(CommandLine.Expand(["--port", "0", "--data", _data.FullName, .. Arguments]));
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddSingleton(Cluster.Factory);
        builder.AddBookRecHosting();
        builder.AddWebFront();
        _app = builder.Build();
        _app.UseWebFront();
        await _app.StartAsync();
        Anonymous = Client(token: null);
        User = Client(Token(Reader));
        Admin = Client(Token(Librarian));
    }

    public async ValueTask DisposeAsync()
    {
        Anonymous.Dispose();
        User.Dispose();
        Admin.Dispose();
        await _app!.DisposeAsync();
        _data.Delete(recursive: true);
    }

    public string Token(Account account) => Services.GetRequiredService<AccessTokens>().Mint(account, Guid.NewGuid());

    private Role RoleOf(Guid account) => account == Librarian.Id ? Role.Admin : Role.User;

    public HttpClient Client(string? token)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(_app!.Urls.First()) };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}

internal static class HttpExtensions
{
    /// <summary>A body after which the server may hang up is announced first; otherwise the refusal can be lost with the connection.</summary>
    private const int AnnouncedFrom = 500_000;

    public static Task<HttpResponseMessage> SendJson(this HttpClient client, HttpMethod method, string path, string json)
    {
        var request = new HttpRequestMessage(method, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.ExpectContinue = json.Length >= AnnouncedFrom;
        return client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static Task<HttpResponseMessage> PostJson(this HttpClient client, string path, string json) => client.SendJson(HttpMethod.Post, path, json);

    public static Task<HttpResponseMessage> Get(this HttpClient client, string path) => client.GetAsync(path, TestContext.Current.CancellationToken);

    public static async Task<JsonElement> Json(this HttpResponseMessage response)
        => await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

    /// <summary>Asserts an RFC 9457 answer with this status and hands its members out.</summary>
    public static async Task<JsonElement> Problem(this HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(status == (int)response.StatusCode, $"expected {status}, got {(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.Equal(response.Headers.GetValues("X-Request-Id").Single(), problem.GetProperty("request_id").GetString());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        return problem;
    }

    /// <summary>Asserts a 400 that blames exactly this field.</summary>
    public static async Task<string> Blames(this HttpResponseMessage response, string field)
    {
        var problem = await response.Problem(400);
        Assert.True(problem.TryGetProperty("errors", out var errors), $"no errors in {problem}");
        Assert.Equal([field], errors.EnumerateObject().Select(e => e.Name));
        return errors.GetProperty(field)[0].GetString()!;
    }
}
