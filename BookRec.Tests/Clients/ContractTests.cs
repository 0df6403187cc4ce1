using System.Text.Json.Nodes;
using BookRec.Tests.WebApi.Support;

namespace BookRec.Tests.Clients;

/// <summary>The client and the service's OpenAPI document, neither of which may change alone.</summary>
public sealed class ContractTests(Front front) : IClassFixture<Front>
{
    [Fact]
    public async Task Every_operation_has_a_method_that_sends_and_understands_what_the_document_says()
        => Assert.Empty(await Contract.Differences(await Document()));

    [Theory]
    [InlineData("paths./api/books.get", "Books.Find asks GET /api/books, which is not there")]
    [InlineData("paths./api/books.get.responses.200.content", "Books.Find and the document disagree on whether there is an answer")]
    [InlineData("paths./api/books.get.parameters.6", "Books.Find gives sort, which is not there")]
    [InlineData("paths./api/books.get.parameters.6.schema.enum.0", "Books.Find has the choices popular, title, newest, oldest, rating for sort")]
    [InlineData("paths./api/books.post.requestBody", "Books.Create and the document disagree on whether there is a body")]
    [InlineData("components.schemas.BookResponse.properties.isbn", "Books.Get answer has isbn, which is not there")]
    [InlineData("components.schemas.BookResponse.properties.year.type.0", "Books.Get answer.year is required there and not here")]
    [InlineData("components.schemas.BookResponse.properties.year.format", "Books.Get answer.year is integer int32 here and integer there")]
    [InlineData("components.schemas.InteractionType.enum.0", "Interactions.Record body.type is ")]
    [InlineData("components.schemas.InteractionRequest.required.0", "Interactions.Record body.book_id is optional there and not here")]
    [InlineData("components.schemas.ProblemDetails.properties.conflicting_id", "Problem has conflicting_id, which is not there")]
    public async Task Whatever_the_document_loses_is_missed(string lost, string complaint)
    {
        var document = await Document();
        var steps = Steps(lost);
        var holder = steps[..^1].Aggregate(document, Member);
        if (holder is JsonArray list)
            list.RemoveAt(int.Parse(steps[^1], System.Globalization.CultureInfo.InvariantCulture));
        else
            Assert.True(holder.AsObject().Remove(steps[^1]));

        var differences = await Contract.Differences(document);

        Assert.Contains(differences, difference => difference.StartsWith(complaint, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("paths./api/shelves", """{ "get": { "responses": { "200": {} } } }""", "GET /api/shelves has no method")]
    [InlineData("paths./api/books.get.parameters", """[{ "name": "shelf", "in": "query", "schema": {} }]""", "Books.Find cannot give shelf")]
    [InlineData("components.schemas.BookResponse.properties.shelf", """{ "type": "string" }""", "Books.Get answer lacks shelf")]
    [InlineData("components.schemas.InteractionRequest.properties.shelf", """{ "type": "string" }""", "Interactions.RecordBatch body.items[] lacks shelf")]
    public async Task Whatever_the_document_gains_is_missed(string gained, string json, string complaint)
    {
        var document = await Document();
        var steps = Steps(gained);
        steps[..^1].Aggregate(document, Member)[steps[^1]] = JsonNode.Parse(json);

        Assert.Contains(complaint, await Contract.Differences(document));
    }

    /// <summary>The members on the way; paths of the interface have dots in none of their names.</summary>
    static string[] Steps(string way) => way.Split('.');

    static JsonNode Member(JsonNode node, string step)
        => (node is JsonArray list ? list[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)] : node[step])!;

    async Task<JsonNode> Document() => JsonNode.Parse(await front.Anonymous.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken))!;
}
