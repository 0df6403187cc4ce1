using BookRec.Hosting.Auth;
using BookRec.WebApi.Hosting;
using BookRec.WebApi.Requests;

namespace BookRec.WebApi.Admin;

internal static class AdminGroup
{
    /// <summary>A group under <c>/api/admin</c>, for admins alone.</summary>
    public static RouteGroupBuilder MapAdminGroup(this IEndpointRouteBuilder routes, string tag)
        => routes.MapGroup("/api/admin")
            .WithTags(tag)
            .RequireAuthorization(Policies.Admin)
            .WithValidation()
            .ProducesProblems(400, 401, 403, 500, 503);
}
