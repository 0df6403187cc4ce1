using BookRec.Cli.Cluster.State;
using BookRec.Hosting;
using BookRec.Tests.Support;
using Microsoft.Extensions.Configuration;
using StackExchange.Redis;

namespace BookRec.Tests.Hosting;

/// <summary>A Redis that speaks nothing but TLS, as ElastiCache does where a password is set.</summary>
public sealed class RedisTlsTests : IAsyncLifetime
{
    private const string Password = "redis-password-of-the-tests";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bookrec-redis-tls-");
    private readonly int _port = ServerProcess.FreePort();
    private ServerProcess? _redis;

    private ServerCertificate Certificate => new(_folder.FullName);

    public async ValueTask InitializeAsync()
    {
        Certificate.Ensure(TimeProvider.System);
        _redis = ServerProcess.Start(
            "redis-server",
            ["--port", "0", "--tls-port", $"{_port}", "--bind", "127.0.0.1", "--dir", _folder.FullName, "--save", "", "--requirepass", Password,
             "--tls-cert-file", Certificate.File, "--tls-key-file", Certificate.KeyFile, "--tls-ca-cert-file", Certificate.File, "--tls-auth-clients", "no"]);
        await _redis.Until(() => ServerProcess.Listens(_port), "Redis to listen");
    }

    public async ValueTask DisposeAsync()
    {
        await _redis!.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task It_is_reached_by_those_who_are_told_and_trust_its_certificate()
    {
        var trusting = Options(tls: true);
        trusting.TrustIssuer(Certificate.File);
        // A machine under test is slow.
        trusting.ConnectTimeout = trusting.AsyncTimeout = 60_000;
        await using var connection = await ConnectionMultiplexer.ConnectAsync(trusting);

        Assert.Equal("PONG", (string?)await connection.GetDatabase().ExecuteAsync("PING"));
        await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync(Options(tls: true)));
        await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync(Options(tls: false)));
    }

    private ConfigurationOptions Options(bool tls)
    {
        var configuration = new ConfigurationManager { [LivePassword.Redis] = Password };
        return new RedisSettings { Endpoint = $"127.0.0.1:{_port}", Tls = tls }.ToOptions(new LivePassword(configuration, LivePassword.Redis), patient: false);
    }
}
