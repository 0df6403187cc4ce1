using BookRec.Grains.Interfaces.Imports;

namespace BookRec.Storage.Imports;

/// <summary>One import while it is read.</summary>
/// <param name="Source">Prefix of external ids.</param>
/// <param name="Now">Unix milliseconds.</param>
internal sealed record ImportRun(string Source, ImportFiles Files, ImportReport Report, long Now)
{
    public string ExternalId(string id) => $"{Source}:{id}";
}

/// <summary>What files a format has, and how their rows become books and interactions. Rows that cannot are refused in the run's report.</summary>
internal abstract class FormatReader
{
    /// <summary>Lower case, without <c>.gz</c>.</summary>
    public abstract IReadOnlyList<string> FileNames { get; }

    public abstract IEnumerable<ImportedBook> Books(ImportRun run);

    public abstract IEnumerable<ImportedInteraction> Interactions(ImportRun run);

    public static FormatReader Of(ImportFormat format) => format switch
    {
        ImportFormat.BookRec => new BookRecFormat(),
        ImportFormat.Goodbooks => new GoodbooksFormat(),
        ImportFormat.BookCrossing => new BookCrossingFormat(),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };
}
