using System.Net;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Hosting;
using BookRec.Tests.WebApi.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace BookRec.Tests.WebApi;

public sealed class AuthTests(Front front) : IClassFixture<Front>
{
    private static readonly Guid _family = new("c9bf9e57-1685-4c89-bafb-ff5af830be8a");
    private readonly string _token = $"{_family:N}.secret";

    [Fact]
    public async Task Registering_reaches_the_account_of_the_normalised_address()
    {
        front.Cluster.Forget();
        front.Cluster.On<IAccountGrain>(nameof(IAccountGrain.Register), front.Reader);

        var response = await front.Anonymous.PostJson(
            "/api/auth/register",
            """{"email": " Reader@Example.ORG ", "password": "a horse of another color", "display_name": "Ada"}""");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var body = await response.Json();
        Assert.Equal(front.Reader.Id, body.GetProperty("user_id").GetGuid());
        Assert.Equal("user", body.GetProperty("role").GetString());
        var call = Assert.Single(front.Cluster.Calls);
        Assert.Equal("reader@example.org", call.Key);
        Assert.Equal(new Registration("Reader@Example.ORG", "a horse of another color", "Ada"), call.Arguments[0]);
    }

    [Fact]
    public async Task A_taken_address_is_a_conflict_on_the_field()
    {
        front.Cluster.On<IAccountGrain>(nameof(IAccountGrain.Register), new RejectedException(RejectionKind.Conflict, "is taken", "email"));
        var problem = await (await front.Anonymous.PostJson("/api/auth/register", """{"email": "a@b.org", "password": "none of the first guessed"}""")).Problem(409);
        Assert.Equal("is taken", problem.GetProperty("errors").GetProperty("email")[0].GetString());
    }

    [Fact]
    public async Task Login_begins_a_session_and_the_token_opens_the_door()
    {
        front.Cluster.Forget();
        front.Cluster.On<IAccountGrain>(nameof(IAccountGrain.Authenticate), front.Reader);
        front.Cluster.On<ISessionGrain>(nameof(ISessionGrain.Start), call => Samples.Grant(front.Reader, $"{call.Key:N}.first"));
        front.Cluster.On<ICatalogGrain>(nameof(ICatalogGrain.Search), new Page<Book>([], null));

        var response = await front.Anonymous.PostJson("/api/auth/login", """{"email": "reader@example.org", "password": "correct horse"}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = await response.Json();
        Assert.Equal("bearer", body.GetProperty("token_type").GetString());
        Assert.Equal(1800, body.GetProperty("expires_in").GetInt32());
        var session = Assert.Single(front.Cluster.Calls, c => c.Grain == typeof(ISessionGrain));
        Assert.Equal(front.Reader.Id, session.Arguments[0]);

        var token = new JsonWebToken(body.GetProperty("access_token").GetString());
        Assert.Equal("HS256", token.Alg);
        Assert.Equal(front.Services.GetRequiredService<SigningKey>().Id, token.Kid);
        Assert.Equal(front.Reader.Id.ToString(), token.Subject);
        Assert.Equal(session.Key.ToString(), token.GetClaim("sid").Value);
        Assert.Equal(["aud", "exp", "iat", "iss", "jti", "role", "sid", "sub"], token.Claims.Select(c => c.Type).Order());

        using var client = front.Client(body.GetProperty("access_token").GetString());
        Assert.Equal(HttpStatusCode.OK, (await client.Get("/api/books")).StatusCode);
    }

    [Fact]
    public async Task A_wrong_password_is_401()
    {
        front.Cluster.On<IAccountGrain>(nameof(IAccountGrain.Authenticate), (object?)null);
        var problem = await (await front.Anonymous.PostJson("/api/auth/login", """{"email": "reader@example.org", "password": "wrong"}""")).Problem(401);
        Assert.Equal("The address or the password is wrong.", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Refreshing_asks_the_family_named_in_the_token()
    {
        front.Cluster.Forget();
        front.Cluster.On<ISessionGrain>(nameof(ISessionGrain.Refresh), Samples.Grant(front.Reader, $"{_family:N}.second"));

        var body = await (await front.Anonymous.PostJson("/api/auth/refresh", $$"""{"refresh_token": "{{_token}}"}""")).Json();

        Assert.Equal($"{_family:N}.second", body.GetProperty("refresh_token").GetString());
        var call = Assert.Single(front.Cluster.Calls);
        Assert.Equal(_family, call.Key);
        Assert.Equal(_token, call.Arguments[0]);
    }

    [Fact]
    public async Task A_spent_token_is_401()
    {
        front.Cluster.On<ISessionGrain>(nameof(ISessionGrain.Refresh), (object?)null);
        await (await front.Anonymous.PostJson("/api/auth/refresh", $$"""{"refresh_token": "{{_token}}"}""")).Problem(401);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("c9bf9e5716854c89bafbff5af830be8a")]
    [InlineData("zzbf9e5716854c89bafbff5af830be8a.secret")]
    public async Task A_token_of_no_family_reaches_no_grain(string token)
    {
        front.Cluster.Forget();
        await (await front.Anonymous.PostJson("/api/auth/refresh", $$"""{"refresh_token": "{{token}}"}""")).Problem(401);
        Assert.Empty(front.Cluster.Calls);
    }

    [Fact]
    public async Task Logging_out_revokes_for_the_caller()
    {
        front.Cluster.Forget();
        var response = await front.User.PostJson("/api/auth/logout", $$"""{"refresh_token": "{{_token}}"}""");
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal([front.Reader.Id, _token], Assert.Single(front.Cluster.Calls).Arguments);
    }

    [Fact]
    public async Task Tokens_that_were_tampered_with_or_signed_by_others_are_401()
    {
        var token = front.Token(front.Reader);
        var parts = token.Split('.');
        var admin = Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("\"user\"", "\"admin\"", StringComparison.Ordinal));
        var none = Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""");
        var foreign = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "bookrec",
            Audience = "bookrec",
            Claims = new Dictionary<string, object> { ["sub"] = front.Reader.Id.ToString(), ["role"] = "user" },
            Expires = new DateTime(2099, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            SigningCredentials = new(new SymmetricSecurityKey(new byte[32]), SecurityAlgorithms.HmacSha256),
        });

        foreach (var forged in new[] { $"{parts[0]}.{admin}.{parts[2]}", $"{none}.{parts[1]}.", foreign, "x" })
        {
            using var client = front.Client(forged);
            await (await client.Get("/api/books")).Problem(401);
        }
    }

    [Fact]
    public async Task A_token_ends_when_its_lifetime_does()
    {
        await using var other = new Front();
        await other.InitializeAsync();
        other.Cluster.On<IUserGrain>(nameof(IUserGrain.Recommend), Samples.List());
        Assert.Equal(HttpStatusCode.OK, (await other.User.Get("/api/recommendations/top")).StatusCode);
        other.Clock.Advance(TimeSpan.FromMinutes(31));
        await (await other.User.Get("/api/recommendations/top")).Problem(401);
    }
}
