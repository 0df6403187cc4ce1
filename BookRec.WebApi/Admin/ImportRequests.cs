using System.Text.RegularExpressions;
using BookRec.Grains.Interfaces.Imports;
using BookRec.WebApi.Requests;

namespace BookRec.WebApi.Admin;

/// <summary>How the uploaded files are laid out and where they come from.</summary>
public sealed partial record ImportParameters(ImportFormat Format, string Source) : IReadFromRequest<ImportParameters>
{
    private static readonly Dictionary<string, ImportFormat> _formats = new()
    {
        ["bookrec"] = ImportFormat.BookRec,
        ["goodbooks"] = ImportFormat.Goodbooks,
        ["book-crossing"] = ImportFormat.BookCrossing,
    };

    private static readonly ChoiceParameter<ImportFormat> _format = new("format", "How the files are laid out.", _formats, Default: null);
    private static readonly TextParameter _source = new("source", "Prefix of the external ids; the format's name when left out.", 64);

    public static IReadOnlyList<Parameter> Parameters => [_format with { Required = true }, _source];

    public static ImportParameters Read(HttpRequest request, FieldErrors errors)
    {
        var format = _format.Read(request, errors);
        var source = _source.Read(request, errors) ?? WordFor(format);
        errors.Require(SourceName().IsMatch(source), _source.Name, "must be 1 to 64 of a-z 0-9 . _ -");
        return new(format, source);
    }

    public static string WordFor(ImportFormat format) => _formats.First(f => f.Value == format).Key;

    [GeneratedRegex(@"\A[a-z0-9._-]{1,64}\z")]
    private static partial Regex SourceName();
}

/// <param name="Progress">0 to 1, by bytes read.</param>
/// <param name="RowsRead">Data rows seen, good and bad.</param>
/// <param name="Books">Books added or changed.</param>
/// <param name="Readers">Accounts added.</param>
/// <param name="Interactions">Interactions added.</param>
/// <param name="Rejected">Rows refused.</param>
/// <param name="Errors">The first 1,000 refused rows.</param>
/// <param name="Reason">Why it failed; null otherwise.</param>
public sealed record ImportResponse(
    Guid Id,
    ImportState State,
    string Format,
    string Source,
    double Progress,
    long RowsRead,
    long Books,
    long Readers,
    long Interactions,
    long Rejected,
    IReadOnlyList<ImportErrorResponse> Errors,
    string? Reason,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt)
{
    public static ImportResponse From(ImportStatus status) => new(
        status.Id,
        status.State,
        ImportParameters.WordFor(status.Format),
        status.Source,
        status.Progress,
        status.RowsRead,
        status.Books,
        status.Readers,
        status.Interactions,
        status.Rejected,
        [.. status.Errors.Select(error => new ImportErrorResponse(error.File, error.Line, error.Why))],
        status.Reason,
        status.StartedAt,
        status.FinishedAt);
}

/// <param name="Line">From 1, the header included.</param>
public sealed record ImportErrorResponse(string File, long Line, string Why);
