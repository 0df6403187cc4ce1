using BookRec.Grains.Interfaces.Catalogue;
using BookRec.WebApi.Requests;

namespace BookRec.WebApi.Books;

/// <summary>Which books are wanted; every given condition must hold.</summary>
public sealed record BookListParameters(BookQuery Value) : IReadFromRequest<BookListParameters>
{
    private const int MaximumYear = 9999;

    private static readonly TextParameter _text = new("q", "Words of title or author; beginnings and small typing errors are forgiven.", 200);
    private static readonly TextParameter _author = new("author", "Words of an author's name.", BookRequest.AuthorLength);
    private static readonly TextParameter _genre = new("genre", "One genre.", BookRequest.GenreLength);
    private static readonly LanguageParameter _language = new("language", "A language tag; `en` also finds `en-GB`.");
    private static readonly IntegerParameter _yearFrom = new("year_from", "First year of publication.", BookRequest.MinimumYear, MaximumYear);
    private static readonly IntegerParameter _yearTo = new("year_to", "Last year of publication.", BookRequest.MinimumYear, MaximumYear);
    private static readonly ChoiceParameter<BookSort> _sort = new("sort", "The order of the list.", BookSort.Popular);

    public static IReadOnlyList<Parameter> Parameters => [_text, _author, _genre, _language, _yearFrom, _yearTo, _sort];

    public static BookListParameters Read(HttpRequest request, FieldErrors errors)
    {
        var query = new BookQuery(
            _text.Read(request, errors),
            _author.Read(request, errors),
            _genre.Read(request, errors),
            _language.Read(request, errors),
            _yearFrom.Read(request, errors),
            _yearTo.Read(request, errors),
            _sort.Read(request, errors));
        errors.Require(!(query.YearFrom > query.YearTo), _yearTo.Name, "must not be before year_from");
        return new(query);
    }
}
