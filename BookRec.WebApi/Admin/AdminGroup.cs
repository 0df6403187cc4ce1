using BookRec.Hosting.Auth;
using BookRec.WebApi.Hosting;
using BookRec.WebApi.RateLimits;
using BookRec.WebApi.Requests;

namespace BookRec.WebApi.Admin;

internal static class AdminGroup
{
    /// <summary>A rollout waits until every silo has prepared the model.</summary>
    private static readonly TimeSpan _timeout = TimeSpan.FromMinutes(2);

    /// <summary>A group under <c>/api/admin</c>, for admins alone.</summary>
    public static RouteGroupBuilder MapAdminGroup(this IEndpointRouteBuilder routes, string tag)
    {
        var group = routes.MapGroup("/api/admin")
            .WithTags(tag)
            .RequireAuthorization(Policies.Admin)
            .WithValidation()
            .Audited()
            .ChargedTo(Purse.Admin)
            .ProducesProblems(400, 401, 403, 429, 500, 503);
        group.WithRequestTimeout(_timeout);
        return group;
    }
}
