using System.Text.Json.Serialization;
using BookRec.Client.Http;

namespace BookRec.Client.Imports;

/// <summary>Books and interactions out of files, for administrators.</summary>
public sealed class ImportsClient
{
    private const string Path = "api/admin/imports";

    private readonly Calls _calls;

    internal ImportsClient(Calls calls) => _calls = calls;

    /// <summary>Uploads files in one request, in the order given, none of them held in memory. Repeating an import changes nothing.</summary>
    /// <param name="source">Prefix of the external ids, 1 to 64 of <c>a-z 0-9 . _ -</c>; the format's name if null.</param>
    /// <param name="sent">Told the bytes sent so far; begins again from 0 when the upload has to be repeated.</param>
    public Task<Import> Start(
        ImportFormat format, IReadOnlyList<ImportFile> files, string? source = null, IProgress<long>? sent = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        var path = new Query(Path).Add("format", (ImportFormat?)format).Add("source", source).ToString();
        var upload = Call.Post(path) with { Content = () => ImportForm.Of(files, sent), IsEndless = true, AsksBeforeSending = true };
        return _calls.Ask<Import>(upload, cancellation);
    }

    /// <summary>How an import goes, with the rows it refused.</summary>
    public Task<Import> Get(Guid id, CancellationToken cancellation = default) => _calls.Ask<Import>(Call.Get($"{Path}/{id}"), cancellation);
}

public enum ImportFormat
{
    Unknown,

    [JsonStringEnumMemberName("bookrec")]
    BookRec,

    [JsonStringEnumMemberName("goodbooks")]
    Goodbooks,

    [JsonStringEnumMemberName("book-crossing")]
    BookCrossing,
}

public enum ImportState
{
    Unknown,
    Uploading,
    Running,
    Succeeded,
    Failed,
}

/// <param name="Format">The word for an <see cref="ImportFormat"/>.</param>
/// <param name="Progress">0 to 1, by bytes read.</param>
/// <param name="RowsRead">Data rows seen, good and bad.</param>
/// <param name="Books">Books added or changed.</param>
/// <param name="Readers">Accounts added.</param>
/// <param name="Interactions">Interactions added.</param>
/// <param name="Rejected">Rows refused.</param>
/// <param name="Errors">The first 1,000 refused rows.</param>
/// <param name="Reason">Why it failed; null otherwise.</param>
public sealed record Import(
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
    IReadOnlyList<ImportError> Errors,
    string? Reason,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt);

/// <param name="Line">From 1, the header included.</param>
public sealed record ImportError(string File, long Line, string Why);
