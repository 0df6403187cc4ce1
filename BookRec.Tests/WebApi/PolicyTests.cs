using System.Text;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Tests.WebApi.Support;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace BookRec.Tests.WebApi;

/// <summary>Every route there is, tried by nobody, a reader and an admin.</summary>
public sealed class PolicyTests(Front front) : IClassFixture<Front>
{
    private static readonly string[] _public =
    [
        "/", "/docs", "/openapi", "/api/auth/register", "/api/auth/login", "/api/auth/refresh", "/api/live", "/api/ready", "/api/health", "/api/metrics",
    ];

    private static readonly string[] _adminWrites = ["POST /api/books", "PUT /api/books/{id}", "DELETE /api/books/{id}"];

    [Fact]
    public async Task Each_route_lets_in_whom_it_should()
    {
        front.Cluster.Forget();
        front.Cluster.On<IAccessGrain>(nameof(IAccessGrain.Get), front.Reader);
        var tried = 0;
        foreach (var endpoint in front.Endpoints)
        {
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                var template = $"/{endpoint.RoutePattern.RawText!.Trim('/')}";
                var route = $"{method} {template}";
                var (nobody, reader) = Expected(template, route);
                Assert.True(await LetsIn(front.Anonymous, method, endpoint) == nobody, $"{route} for nobody");
                Assert.True(await LetsIn(front.User, method, endpoint) == reader, $"{route} for a reader");
                Assert.True(await LetsIn(front.Admin, method, endpoint), $"{route} for an admin");
                tried++;
            }
        }

        Assert.True(tried >= 30, $"only {tried} routes were found");
    }

    private static (bool Nobody, bool Reader) Expected(string template, string route)
    {
        var isPublic = template == "/" || _public.Skip(1).Any(p => template.StartsWith(p, StringComparison.Ordinal));
        var isAdmin = template.StartsWith("/api/admin/", StringComparison.Ordinal) || _adminWrites.Contains(route);
        return (isPublic, isPublic || !isAdmin);
    }

    private static async Task<bool> LetsIn(HttpClient client, string method, RouteEndpoint endpoint)
    {
        var path = string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(Fill))));
        var request = new HttpRequestMessage(new HttpMethod(method), $"/{path}");

        // The content type is looked at before the caller is; a wrong one would be refused for everybody.
        if (endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes is [var accepted, ..])
            request.Content = new StringContent("", Encoding.UTF8, accepted);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)response.StatusCode is not (401 or 403);
    }

    private static string Fill(RoutePatternPart part) => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart { Name: "documentName" } => "v1",
        RoutePatternParameterPart { Name: "extension" } => "json",
        _ => "7",
    };
}
