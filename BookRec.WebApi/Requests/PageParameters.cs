using BookRec.Grains.Interfaces;

namespace BookRec.WebApi.Requests;

/// <summary>Which page of a list.</summary>
public sealed record PageParameters(PageRequest Value) : IReadFromRequest<PageParameters>
{
    private static readonly IntegerParameter _limit = new("limit", "Items on a page.", 1, 100, 20);
    private static readonly TextParameter _cursor = new("cursor", "The `next_cursor` of the page before; leave out for the first page.", 500);

    public static IReadOnlyList<Parameter> Parameters => [_limit, _cursor];

    public static PageParameters Read(HttpRequest request, FieldErrors errors)
        => new(new PageRequest(_limit.Read(request, errors)!.Value, _cursor.Read(request, errors)));
}
