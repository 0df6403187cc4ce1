using System.Globalization;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Hosting.Auth;
using BookRec.WebApi.Admin;
using BookRec.WebApi.Hosting;
using BookRec.WebApi.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BookRec.WebApi.Books;

public static class BookEndpoints
{
    public static void MapBooks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/books").WithTags("Books").WithValidation().ProducesProblems(400, 401, 429, 500, 503);

        var readers = group.MapGroup("").RequireAuthorization(Policies.User);
        readers.MapGet("", List).WithSummary("Find books");
        readers.MapGet("/{id}", Get).WithSummary("One book");

        var admins = group.MapGroup("").RequireAuthorization(Policies.Admin).Audited().ProducesProblems(403);
        admins.MapPost("", Create).WithSummary("Add a book; it can be recommended at once").ProducesProblem(409).ProducesProblem(413).ProducesProblem(415);
        admins.MapPut("/{id}", Replace).WithSummary("Replace a book").ProducesProblem(409).ProducesProblem(412).ProducesProblem(413).ProducesProblem(415);
        admins.MapDelete("/{id}", Delete).WithSummary("Take a book out of the catalogue").ProducesProblem(412);
    }

    private static async Task<Ok<ListResponse<BookResponse>>> List(BookListParameters query, PageParameters page, Cluster cluster)
        => TypedResults.Ok(ListResponse.From(await cluster.Catalog.Search(query.Value, page.Value), BookResponse.From));

    private static async Task<Results<Ok<BookResponse>, NotFound>> Get(long id, Cluster cluster, HttpResponse response)
        => await cluster.Book(id).Get() is { } book ? Found(book, response) : TypedResults.NotFound();

    private static async Task<Created<BookResponse>> Create(BookRequest request, Cluster cluster, HttpContext context)
    {
        var book = await cluster.Catalog.Create(request.ToDraft());
        context.SetAuditTarget(book.Id.ToString(CultureInfo.InvariantCulture));
        EntityTag.Write(context.Response, book);
        return TypedResults.Created($"/api/books/{book.Id}", BookResponse.From(book));
    }

    private static async Task<Results<Ok<BookResponse>, NotFound>> Replace(
        long id,
        BookRequest request,
        EntityTag seen,
        Cluster cluster,
        HttpResponse response)
        => await cluster.Book(id).Update(request.ToDraft(), seen.Revision) is { } book ? Found(book, response) : TypedResults.NotFound();

    private static async Task<Results<NoContent, NotFound>> Delete(long id, EntityTag seen, Cluster cluster)
        => await cluster.Book(id).Delete(seen.Revision) ? TypedResults.NoContent() : TypedResults.NotFound();

    private static Ok<BookResponse> Found(Book book, HttpResponse response)
    {
        EntityTag.Write(response, book);
        return TypedResults.Ok(BookResponse.From(book));
    }
}
