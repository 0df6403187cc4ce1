using System.Text.Json;
using System.Text.RegularExpressions;
using BookRec.Tests.WebApi.Support;
using Microsoft.AspNetCore.Routing;

namespace BookRec.Tests.WebApi;

public sealed partial class OpenApiTests(Front front) : IClassFixture<Front>
{
    [Fact]
    public async Task Every_route_is_described_with_all_that_can_happen()
    {
        var document = await Document();
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        foreach (var endpoint in front.Endpoints.Where(e => e.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)))
        {
            var template = endpoint.RoutePattern.RawText!.TrimEnd('/');
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods)
            {
                Assert.True(document.GetProperty("paths").TryGetProperty(template, out var path), template);
                Assert.True(path.TryGetProperty(method.ToLowerInvariant(), out var operation), $"{method} {template}");
                Assert.False(string.IsNullOrEmpty(operation.GetProperty("summary").GetString()), $"{method} {template} has no summary");
                var statuses = operation.GetProperty("responses").EnumerateObject().Select(r => r.Name).ToList();
                Assert.Contains(statuses, status => status[0] == '2');
                var isGuarded = operation.TryGetProperty("security", out _);
                Assert.Equal(isGuarded || template is "/api/auth/login" or "/api/auth/refresh", statuses.Contains("401"));
                Assert.Equal(template.StartsWith("/api/admin/", StringComparison.Ordinal) || (isGuarded && template.StartsWith("/api/books", StringComparison.Ordinal) && method != "GET"), statuses.Contains("403"));
                Assert.Equal(operation.TryGetProperty("requestBody", out _), statuses.Contains("415"));
            }
        }
    }

    [Fact]
    public async Task Every_error_is_described_as_a_problem()
    {
        var document = await Document();
        foreach (var path in document.GetProperty("paths").EnumerateObject().Where(p => p.Name is not ("/api/ready" or "/api/health")))
        {
            foreach (var response in path.Value.EnumerateObject().SelectMany(o => o.Value.GetProperty("responses").EnumerateObject()).Where(r => r.Name[0] is '4' or '5'))
                Assert.True(response.Value.GetProperty("content").TryGetProperty("application/problem+json", out _), $"{path.Name} {response.Name}");
        }

        var problem = document.GetProperty("components").GetProperty("schemas").GetProperty("ProblemDetails").GetProperty("properties");
        Assert.True(problem.TryGetProperty("errors", out _) && problem.TryGetProperty("request_id", out _));
    }

    [Fact]
    public async Task Requests_are_described_as_strictly_as_they_are_read()
    {
        var request = (await Document()).GetProperty("components").GetProperty("schemas").GetProperty("InteractionRequest");
        Assert.Equal(["book_id", "type"], request.GetProperty("required").EnumerateArray().Select(r => r.GetString()!));
        var properties = request.GetProperty("properties");
        Assert.Equal("integer", properties.GetProperty("book_id").GetProperty("type").GetString());
        Assert.True(properties.GetProperty("type").TryGetProperty("$ref", out _), properties.ToString());
        Assert.Equal("date-time", properties.GetProperty("occurred_at").GetProperty("format").GetString());
        Assert.False(request.GetProperty("additionalProperties").GetBoolean());
    }

    [Fact]
    public async Task Parameters_show_their_limits_and_choices()
    {
        var parameters = (await Document()).GetProperty("paths").GetProperty("/api/recommendations/top").GetProperty("get").GetProperty("parameters").EnumerateArray()
            .ToDictionary(p => p.GetProperty("name").GetString()!, p => p.GetProperty("schema"));
        Assert.Equal(["n", "strategy", "genre", "language", "year_from", "exclude"], parameters.Keys);
        Assert.Equal(100, parameters["n"].GetProperty("maximum").GetInt32());
        Assert.Contains("collaborative", parameters["strategy"].GetProperty("enum").EnumerateArray().Select(c => c.GetString()));
    }

    [Fact]
    public async Task The_page_to_try_it_loads_nothing_from_outside()
    {
        Assert.Equal("/docs", (await front.Anonymous.Get("/")).Headers.Location?.ToString());
        Assert.Equal("docs/", (await front.Anonymous.Get("/docs")).Headers.Location?.ToString());

        var response = await front.Anonymous.Get("/docs/");
        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotMatch("(https?:)?//[a-z]", page);
        Assert.Contains("""
            "servers":[{"url":"/"}]
            """, page, StringComparison.Ordinal);
        Assert.Contains("connect-src 'self'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var scripts = Script().Matches(page).Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(scripts);
        foreach (var script in scripts)
            Assert.True((await front.Anonymous.Get($"/docs/{script}")).IsSuccessStatusCode, script);
    }

    [Fact]
    public async Task The_examples_name_every_route()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "bookrec.http");
        var lines = (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken)).Select(line => line.Split('?')[0]).ToHashSet();
        foreach (var endpoint in front.Endpoints.Where(e => e.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)))
        {
            var template = Placeholder().Replace(endpoint.RoutePattern.RawText!.TrimEnd('/'), "[^/]+");
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods)
                Assert.True(lines.Any(line => Regex.IsMatch(line, $"^{method} {{{{host}}}}{template}$")), $"{method} {template}");
        }
    }

    private async Task<JsonElement> Document() => await (await front.Anonymous.Get("/openapi/v1.json")).Json();

    [GeneratedRegex("src=\"([^\"]+)\"")]
    private static partial Regex Script();

    [GeneratedRegex("\\{[^}]+\\}")]
    private static partial Regex Placeholder();
}
