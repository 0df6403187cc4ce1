using System.ComponentModel.DataAnnotations;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Interfaces.Text;
using BookRec.WebApi.Requests;

namespace BookRec.WebApi.Books;

/// <param name="Title">1 to 500 characters.</param>
/// <param name="Authors">At most 50 names of at most 200 characters, in the order of the title page.</param>
/// <param name="Year">Year of first publication, negative before the common era.</param>
/// <param name="Language">A language tag such as <c>en</c>.</param>
/// <param name="Genres">At most 50 words of at most 100 characters.</param>
/// <param name="Description">At most 10,000 characters.</param>
/// <param name="Isbn">ISBN-10 or ISBN-13, hyphens and spaces welcome.</param>
/// <param name="ExternalId">The id at its source, as <c>source:id</c>.</param>
public sealed record BookRequest(
    [property: Required] string? Title,
    IReadOnlyList<string?>? Authors = null,
    int? Year = null,
    string? Language = null,
    IReadOnlyList<string?>? Genres = null,
    string? Description = null,
    string? Isbn = null,
    string? ExternalId = null) : IValidated
{
    public const int TitleLength = 500;
    public const int AuthorLength = 200;
    public const int GenreLength = 100;
    public const int MinimumYear = -3000;

    private const int ListLength = 50;
    private const int DescriptionLength = 10_000;
    private const int ExternalIdLength = 200;

    /// <summary>Announced books have a year in the future, but not far.</summary>
    private const int YearsAhead = 5;

    public void Validate(FieldErrors errors, DateTimeOffset now)
    {
        errors.RequiredText("title", Title, TitleLength);
        Texts(errors, "authors", Authors, AuthorLength);
        errors.Require(
            Year is null || (Year >= MinimumYear && Year <= now.Year + YearsAhead),
            "year",
            $"must be from {MinimumYear} to {now.Year + YearsAhead}");
        errors.Require(Language is null || TextRules.IsLanguageTag(Language), "language", "must be a language tag such as en or en-GB");
        Texts(errors, "genres", Genres, GenreLength);
        errors.Text("description", Description, DescriptionLength, lines: true);
        errors.Require(
            Isbn is null || Books.Isbn.IsValid(Books.Isbn.Compact(Isbn)),
            "isbn",
            "must be an ISBN-10 or ISBN-13 whose check digit is right");
        errors.Text("external_id", ExternalId, ExternalIdLength);
    }

    public BookDraft ToDraft() => new(
        Clean(Title!),
        [.. (Authors ?? []).Select(author => Clean(author!))],
        Year,
        Language?.ToLowerInvariant(),
        [.. (Genres ?? []).Select(genre => Clean(genre!).ToLowerInvariant()).Distinct()],
        Description is null ? null : Clean(Description),
        Isbn is null ? null : Books.Isbn.Compact(Isbn),
        ExternalId?.Trim());

    private static void Texts(FieldErrors errors, string field, IReadOnlyList<string?>? texts, int maximum)
    {
        if (texts is null)
            return;
        errors.Require(texts.Count <= ListLength, field, $"must have at most {ListLength} items");
        for (var i = 0; i < Math.Min(texts.Count, ListLength); i++)
            errors.RequiredText($"{field}[{i}]", texts[i], maximum);
    }

    private static string Clean(string text) => LatinLetters.Compose(text.Trim());
}
