using System.Security.Claims;
using BookRec.Hosting.Auth;
using BookRec.WebApi.Hosting;
using BookRec.WebApi.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BookRec.WebApi.Recommendations;

public static class RecommendationEndpoints
{
    private const string JsonContentType = "application/json; charset=utf-8";

    public static void MapRecommendations(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/recommendations")
            .WithTags("Recommendations")
            .RequireAuthorization(Policies.User)
            .WithValidation()
            .ProducesProblems(400, 401, 429, 500, 503);

        group.MapGet("/top", Top)
            .Produces<RecommendationResponse>()
            .WithSummary("What to read next")
            .WithDescription("Filters act before the list is cut, so it is full whenever enough books pass.");
        group.MapGet("/similar/{id}", Similar).WithSummary("Books like this one");
    }

    private static async Task<IResult> Top(RecommendationParameters query, Cluster cluster, ClaimsPrincipal caller, WrittenLists lists)
    {
        var list = await cluster.User(caller.UserId()).Recommend(query.Value);
        return TypedResults.Bytes(lists.Of(list, mayComeAgain: query.Value.Exclude is null), JsonContentType);
    }

    private static async Task<Results<Ok<RecommendationResponse>, NotFound>> Similar(long id, Count n, Cluster cluster)
        => await cluster.Book(id).Similar(n.Value) is { } list ? TypedResults.Ok(RecommendationResponse.From(list)) : TypedResults.NotFound();
}
