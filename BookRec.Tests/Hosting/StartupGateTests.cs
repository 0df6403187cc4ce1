using System.Net;
using BookRec.Tests.Support;

namespace BookRec.Tests.Hosting;

/// <summary>How a process of a cluster starts, or does not.</summary>
public sealed class StartupGateTests
{
    /// <summary>Complete and without a single server behind it: nobody listens on port 9.</summary>
    private static Dictionary<string, string> Settings => new()
    {
        ["BookRec__Mode"] = "Cluster",
        ["BookRec__DataDirectory"] = Path.GetTempPath(),
        ["BookRec__Database__Engine"] = "PostgreSql",
        ["BookRec__Database__ConnectionString"] = "Host=127.0.0.1;Port=9;Username=nobody;Database=none",
        ["BookRec__Redis__Endpoint"] = "127.0.0.1:9",
        ["BookRec__Tokens__SigningKey"] = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)),
        ["BookRec__Startup__Patience"] = "00:00:01",
        ["AWS_REGION"] = "us-east-1",
        ["AWS_ACCESS_KEY_ID"] = TestS3.Key,
        ["AWS_SECRET_ACCESS_KEY"] = TestS3.Key,
        ["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9",
    };

    [Theory]
    [InlineData("BookRec__Redis__Endpoint", null, "BookRec:Redis:Endpoint")]
    [InlineData("BookRec__Redis__Endpoint", "somewhere", "BookRec:Redis:Endpoint")]
    [InlineData("BookRec__Database__Engine", "Sqlite", "BookRec:Database:Engine")]
    [InlineData("BookRec__Database__ConnectionString", null, "BookRec:Database:ConnectionString")]
    [InlineData("BookRec__Database__ConnectionString", "Hots=x", "BookRec:Database:ConnectionString")]
    [InlineData("BookRec__Tokens__SigningKey", null, "BookRec:Tokens:SigningKey")]
    [InlineData("BookRec__Blobs__Bucket", "No Bucket", "BookRec:Blobs:Bucket")]
    [InlineData("BookRec__Cluster__ProbeTimeout", "01:00:00", "BookRec:Cluster:ProbeTimeout")]
    [InlineData("BookRec__Silo__Address", "somewhere", "BookRec:Silo:Address")]
    [InlineData("BookRec__Silo__Potr", "1", "BookRec:Silo:Potr")]
    [InlineData("AWS_ENDPOINT_URL", "somewhere", "AWS_ENDPOINT_URL")]
    public async Task A_setting_that_is_wrong_or_missing_ends_the_start_and_is_named(string name, string? value, string named)
    {
        var settings = Settings;
        if (value is null)
            settings.Remove(name);
        else
            settings[name] = value;
        await EndsWith(settings, named);
    }

    [Fact]
    public async Task Whoever_waits_is_alive_not_ready_and_says_for_what_and_ends_with_an_error()
    {
        var settings = Settings;
        settings["BookRec__Startup__Patience"] = "00:00:06";
        await using var silo = new ClusterProcess("silo-1", settings);
        await silo.Process.Until(async () => (await silo.Missing()).Contains("database"), "the silo to miss the database");
        Assert.Equal(HttpStatusCode.OK, await silo.Status("/api/live"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await silo.Status("/api/ready"));

        Assert.Equal(1, await silo.Process.Exit());
        Assert.Contains("Waiting for database", silo.Process.Output, StringComparison.Ordinal);
        Assert.Contains("Gave up after 6 s (BookRec:Startup:Patience): database is missing", silo.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_container_the_wait_is_told_at_the_containers_port_and_ends_when_it_is_to_stop()
    {
        var port = ServerProcess.FreePort();
        var settings = Settings;
        settings["BookRec__Startup__Patience"] = "00:30:00";
        settings["ASPNETCORE_HTTP_PORTS"] = $"{port}";
        await using var silo = ServerProcess.StartOurs("BookRec.Silo", [], settings);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await silo.Until(() => ServerProcess.Listens(port), "the silo to listen");
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/live", TestContext.Current.CancellationToken)).StatusCode);
        var answer = await http.GetAsync("/api/ready", TestContext.Current.CancellationToken);
        Assert.Contains("\"database\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await silo.Signal("TERM");
        Assert.Equal(0, await silo.Exit());
        Assert.DoesNotContain("Unhandled", silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_front_needs_redis_before_it_starts()
    {
        await using var front = new ClusterProcess("api-1", Settings);
        Assert.Equal(1, await front.Process.Exit());
        Assert.Contains("redis is missing, Redis at 127.0.0.1:9", front.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_is_given_to_a_right_signature_alone()
    {
        const string key = "signing-key-that-is-no-base64";
        await using var secrets = new TestSecrets();
        await secrets.Start(new { jwt_secret_key = key });
        var settings = Settings;
        settings["BookRec__Secrets__Name"] = TestSecrets.Name;
        settings["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = secrets.Url;
        settings["BookRec__Startup__Patience"] = "00:01:00";

        // What it holds has arrived where settings are checked, and is not repeated.
        var right = await EndsWith(settings, "BookRec:Tokens:SigningKey: must be base64");
        Assert.DoesNotContain(key, right, StringComparison.Ordinal);

        settings["AWS_SECRET_ACCESS_KEY"] = "another";
        await EndsWith(settings, "InvalidSignatureException");
        settings["AWS_ACCESS_KEY_ID"] = "NOBODY";
        await EndsWith(settings, "UnrecognizedClientException");
    }

    [Fact]
    public async Task A_secret_that_is_missing_is_waited_for_and_then_named()
    {
        await using var secrets = new TestSecrets();
        await secrets.Start(new { });
        var settings = Settings;
        settings["BookRec__Secrets__Name"] = "bookrec/other";
        settings["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = secrets.Url;
        var output = await EndsWith(settings, "secrets is missing, the secret bookrec/other");
        Assert.Contains("Waiting for secrets", output, StringComparison.Ordinal);
    }

    private static async Task<string> EndsWith(Dictionary<string, string> settings, string named)
    {
        await using var silo = new ClusterProcess("silo-1", settings);
        Assert.Equal(1, await silo.Process.Exit());
        Assert.Contains(named, silo.Process.Output, StringComparison.Ordinal);
        return silo.Process.Output;
    }
}
