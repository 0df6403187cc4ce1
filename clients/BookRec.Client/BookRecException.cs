using System.Net;

namespace BookRec.Client;

/// <summary>The service has answered, and the answer is no.</summary>
public sealed class BookRecException(HttpStatusCode status, Problem? problem, string message) : Exception(message)
{
    public HttpStatusCode Status { get; } = status;

    /// <summary>What the service says about it; null when something before the service answered in its place.</summary>
    public Problem? Problem { get; } = problem;

    internal static BookRecException From(HttpStatusCode status, Problem? problem)
    {
        var title = $"{(int)status} {problem?.Title ?? status.ToString()}";
        var fields = problem?.Errors?.SelectMany(field => field.Value.Select(why => $"{field.Key} {why}")) ?? [];
        return new(status, problem, string.Join(": ", new[] { title, problem?.Detail, string.Join("; ", fields) }.Where(part => !string.IsNullOrEmpty(part))));
    }
}

/// <summary>RFC 9457.</summary>
/// <param name="RequestId">Leads to the service's log.</param>
/// <param name="ConflictingId">What stands in the way, with some 409s.</param>
/// <param name="Errors">What is wrong, by field.</param>
public sealed record Problem(
    string? Type = null,
    string? Title = null,
    int? Status = null,
    string? Detail = null,
    string? Instance = null,
    string? RequestId = null,
    string? ConflictingId = null,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors = null);
