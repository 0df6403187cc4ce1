using BookRec.Grains.Interfaces.Readers;
using BookRec.WebApi.Books;
using BookRec.WebApi.Requests;

namespace BookRec.WebApi.Recommendations;

/// <summary>What list is wanted.</summary>
public sealed record RecommendationParameters(RecommendationQuery Value) : IReadFromRequest<RecommendationParameters>
{
    private const int MaximumYear = 9999;

    private static readonly ChoiceParameter<Strategy> _strategy = new("strategy", "How the list is made.", Strategy.Auto);
    private static readonly TextParameter _genre = new("genre", "Only books of this genre.", BookRequest.GenreLength);
    private static readonly LanguageParameter _language = new("language", "Only books in this language.");
    private static readonly IntegerParameter _yearFrom = new("year_from", "Only books first published in or after this year.", BookRequest.MinimumYear, MaximumYear);
    private static readonly IdsParameter _exclude = new("exclude", "Ids of books not wanted, separated by commas.", 1000);

    public static IReadOnlyList<Parameter> Parameters => [Count.Parameter, _strategy, _genre, _language, _yearFrom, _exclude];

    public static RecommendationParameters Read(HttpRequest request, FieldErrors errors) => new(new RecommendationQuery(
        Count.Read(request, errors).Value,
        _strategy.Read(request, errors),
        _genre.Read(request, errors),
        _language.Read(request, errors),
        _yearFrom.Read(request, errors),
        _exclude.Read(request, errors)));
}

/// <summary>How many books are wanted.</summary>
public sealed record Count(int Value) : IReadFromRequest<Count>
{
    internal static readonly IntegerParameter Parameter = new("n", "How many books.", 1, 100, 10);

    public static IReadOnlyList<Parameter> Parameters => [Parameter];

    public static Count Read(HttpRequest request, FieldErrors errors) => new(Parameter.Read(request, errors)!.Value);
}
