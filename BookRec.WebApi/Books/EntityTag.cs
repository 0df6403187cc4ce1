using System.Globalization;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.WebApi.Requests;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace BookRec.WebApi.Books;

/// <summary>The revision the caller saw, from <c>If-Match</c>; null to change whatever is there.</summary>
public sealed record EntityTag(int? Revision) : IReadFromRequest<EntityTag>
{
    private static readonly TextParameter _ifMatch = new("If-Match", "The `ETag` of the book as you saw it; 412 when it has changed since.", 100)
    {
        Location = ParameterLocation.Header,
    };

    public static IReadOnlyList<Parameter> Parameters => [_ifMatch];

    public static EntityTag Read(HttpRequest request, FieldErrors errors)
    {
        var text = _ifMatch.Read(request, errors);
        if (text is null or "*")
            return new((int?)null);
        if (!EntityTagHeaderValue.TryParse(text, out var tag))
        {
            errors.Add(_ifMatch.Name, "must be one entity tag such as \"3\", or *");
            return new((int?)null);
        }

        // A well-formed tag that we never gave out is of some other version, not a mistake in the request.
        return !tag.IsWeak && int.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? new(revision)
            : throw new RejectedException(RejectionKind.Stale, "The book has changed since.");
    }

    public static void Write(HttpResponse response, Book book)
        => response.Headers.ETag = $"\"{book.Revision.ToString(CultureInfo.InvariantCulture)}\"";
}
