using System.Net;
using System.Text.Json;
using BookRec.Hosting;
using BookRec.Hosting.Health;
using BookRec.WebApi.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BookRec.Tests.Hosting;

public sealed class HealthTests : IAsyncLifetime
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("bookrec-health-");
    private readonly Dictionary<string, Func<CancellationToken, Task<HealthCheckResult>>> _answers = new()
    {
        ["database"] = _ => Task.FromResult(HealthCheckResult.Healthy()),
        ["model"] = _ => Task.FromResult(HealthCheckResult.Healthy()),
    };

    private int _checks;
    private WebApplication? _app;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder(CommandLine.Expand(["--port", "0", "--data", _data.FullName]));
        builder.AddBookRecHosting();
        builder.Services.AddJson();
        foreach (var name in _answers.Keys)
            builder.Services.AddHealthChecks().AddAsyncCheck(name, Check(name), [HealthSetup.Ready], TimeSpan.FromMilliseconds(200));
        _app = builder.Build();
        _app.MapBookRecHealth();
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app!.DisposeAsync();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task Ready_when_nothing_is_missing()
    {
        var (status, body) = await Ask("/api/ready");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("ready", body.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Not_ready_names_what_is_missing_and_alive_does_not_care()
    {
        _answers["model"] = _ => Task.FromResult(HealthCheckResult.Unhealthy("no model yet"));
        var (status, body) = await Ask("/api/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        var missing = Assert.Single(body.GetProperty("missing").EnumerateArray());
        Assert.Equal(("model", "no model yet"), (missing.GetProperty("name").GetString(), missing.GetProperty("detail").GetString()));

        _checks = 0;
        Assert.Equal(HttpStatusCode.OK, (await Ask("/api/live")).Status);
        Assert.Equal(0, _checks);
    }

    [Fact]
    public async Task A_check_that_hangs_is_given_up_even_when_it_does_not_listen()
    {
        _answers["database"] = _ => new TaskCompletionSource<HealthCheckResult>().Task;
        var (status, body) = await Ask("/api/health");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        var states = body.GetProperty("dependencies").EnumerateArray().ToDictionary(d => d.GetProperty("name").GetString()!, d => d);
        Assert.Equal("unhealthy", states["database"].GetProperty("status").GetString());
        Assert.Equal("healthy", states["model"].GetProperty("status").GetString());
        Assert.True(states["database"].GetProperty("latency_ms").GetDouble() >= 150);
    }

    private Func<CancellationToken, Task<HealthCheckResult>> Check(string name) => cancelled =>
    {
        Interlocked.Increment(ref _checks);
        return _answers[name](cancelled);
    };

    private async Task<(HttpStatusCode Status, JsonElement Body)> Ask(string path)
    {
        using var response = await _client.GetAsync(path, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response.StatusCode, JsonDocument.Parse(text).RootElement);
    }
}
