using System.Net;
using System.Security.Cryptography;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Hosting;
using BookRec.Hosting.Auth;
using BookRec.Tests.WebApi.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace BookRec.Tests.Security;

/// <summary>Access tokens, forged and worn out in every way RFC 8725 warns of.</summary>
public sealed class TokenTests(Front front) : IClassFixture<Front>
{
    private static readonly DateTime _now = Front.Start.UtcDateTime;

    [Fact]
    public void Tokens_say_what_they_are_and_which_key_signed_them()
    {
        var token = new JsonWebToken(front.Token(front.Reader));
        Assert.Equal(("at+jwt", "HS256"), (token.Typ, token.Alg));
        Assert.Equal(front.Services.GetRequiredService<SigningKey>().Id, token.Kid);
    }

    [Fact]
    public async Task A_token_signed_by_us_works_when_and_only_when_everything_about_it_is_right()
    {
        front.Cluster.On<ICatalogGrain>(nameof(ICatalogGrain.Search), new Page<Book>([], null));
        Assert.Equal(HttpStatusCode.OK, await Status(Forge()));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(Forge(type: "JWT")));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(Forge(issuer: "somebody")));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(Forge(audience: "somebody")));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(Forge(algorithm: SecurityAlgorithms.HmacSha512)));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(Forge(keyId: "other")));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(Forge(session: null)));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(Forge(account: "root")));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(Forge(role: "admin")));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(Forge(role: "root")));
        Assert.Equal(HttpStatusCode.OK, await Status(Forge(expires: _now.AddSeconds(-4))));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(Forge(expires: _now.AddSeconds(-6))));
    }

    [Fact]
    public async Task An_ended_session_is_refused_as_soon_as_the_front_asks_again()
    {
        await using var other = new Front();
        await other.InitializeAsync();
        other.Cluster.On<ICatalogGrain>(nameof(ICatalogGrain.Search), new Page<Book>([], null));
        var session = Guid.NewGuid();
        using var client = other.Client(other.Services.GetRequiredService<AccessTokens>().Mint(other.Reader, session));
        Assert.Equal(HttpStatusCode.OK, (await client.Get("/api/books")).StatusCode);
        other.Ended.Add(session);
        other.Clock.Advance(LiveSessions.Trusted + TimeSpan.FromMilliseconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.Get("/api/books")).StatusCode);
        Assert.True(LiveSessions.Trusted < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Without_the_cluster_a_token_is_neither_right_nor_wrong_and_liveness_does_not_ask()
    {
        await using var other = new Front();
        await other.InitializeAsync();
        other.Cluster.Always<IAccessGrain>(nameof(IAccessGrain.RoleOf), _ => throw new TimeoutException());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await other.User.Get("/api/books")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await other.User.Get("/api/live")).StatusCode);
    }

    [Fact]
    public async Task While_keys_are_changed_tokens_of_both_work()
    {
        var (old, next) = (RandomKey(), RandomKey());
        await using var other = new Front { Arguments = [$"--BookRec:Tokens:SigningKey={next}", $"--BookRec:Tokens:PreviousSigningKey={old}"] };
        await other.InitializeAsync();
        other.Cluster.On<ICatalogGrain>(nameof(ICatalogGrain.Search), new Page<Book>([], null));
        foreach (var (key, expected) in new[] { (old, HttpStatusCode.OK), (next, HttpStatusCode.OK), (RandomKey(), HttpStatusCode.Unauthorized) })
        {
            Assert.True(SigningKey.TryParse(key, out var signing));
            using var client = other.Client(Forge(key: signing));
            Assert.Equal(expected, (await client.Get("/api/books")).StatusCode);
        }
    }

    [Theory]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", true)]
    [InlineData("eW91ci0yNTYtYml0LXNlY3JldC15b3VyLTI1Ni1iaXQtc2VjcmV0", true)]
    [InlineData("Y2hhbmdlIG1lIGNoYW5nZSBtZSBjaGFuZ2UgbWUgY2hhbmdlIG1l", true)]
    [InlineData("c3VwZXJzZWNyZXRzdXBlcnNlY3JldHN1cGVyc2VjcmV0c3VwZXI=", true)]
    public void Sample_keys_are_weak(string key, bool weak) => Assert.Equal(weak, SigningKey.IsWeak(key));

    [Fact]
    public void Outside_embedded_mode_the_start_refuses_a_sample_key_and_does_not_repeat_it()
    {
        const string sample = "Y2hhbmdlIG1lIGNoYW5nZSBtZSBjaGFuZ2UgbWUgY2hhbmdlIG1l";
        var settings = new Dictionary<string, string?> { ["BookRec:Mode"] = "Cluster", ["BookRec:Tokens:SigningKey"] = sample, ["BookRec:Redis:Endpoint"] = "redis:6379" };
        var refused = Assert.Throws<SettingsException>(() => SettingsReader.BindHost(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()));
        Assert.Contains("BookRec:Tokens:SigningKey", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(sample, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_keys_are_not_weak() => Assert.All(Enumerable.Range(0, 1000), _ => Assert.False(SigningKey.IsWeak(RandomKey())));

    private static string RandomKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private async Task<HttpStatusCode> Status(string token)
    {
        using var client = front.Client(token);
        return (await client.Get("/api/books")).StatusCode;
    }

    private string Forge(
        string issuer = "bookrec", string audience = "bookrec", string type = "at+jwt", string algorithm = SecurityAlgorithms.HmacSha256, string? keyId = null,
        string? session = "7b0f6c1e-58f4-4c1b-9a53-6f7a1f2f9d11", string? account = null, string role = "user", DateTime? expires = null, SigningKey? key = null)
    {
        key ??= front.Services.GetRequiredService<SigningKey>();
        var bytes = key.ToArray();

        // HS512 wants a longer key; what is tested is that the algorithm is refused, so the first half is the right key.
        var material = algorithm == SecurityAlgorithms.HmacSha512 ? [.. bytes, .. bytes] : bytes;
        var claims = new Dictionary<string, object> { ["sub"] = account ?? front.Reader.Id.ToString(), ["role"] = role };
        if (session is not null)
            claims["sid"] = session;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            TokenType = type,
            IssuedAt = _now.AddMinutes(-30),
            Expires = expires ?? _now.AddMinutes(5),
            Claims = claims,
            SigningCredentials = new(new SymmetricSecurityKey(material) { KeyId = keyId ?? key.Id }, algorithm),
        });
    }
}
