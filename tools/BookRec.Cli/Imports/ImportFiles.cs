namespace BookRec.Cli.Imports;

/// <summary>Which files of a folder belong to an import, in the order the server should read them: books before what refers to them.</summary>
public static class ImportFiles
{
    const string BookRec = "bookrec";
    const string Goodbooks = "goodbooks";
    const string BookCrossing = "book-crossing";

    /// <summary>Longest source name.</summary>
    const int SourceLength = 64;

    public static IReadOnlyList<string> Formats { get; } = [BookRec, Goodbooks, BookCrossing];

    /// <summary>File names of a format, <c>.gz</c> left out: those the server knows, since it passes over any other.</summary>
    public static IReadOnlyList<string> Names(string format) => format switch
    {
        BookRec => ["books.csv", "interactions.csv", "to_read.csv"],
        Goodbooks => ["books.csv", "tags.csv", "book_tags.csv", "ratings.csv", "to_read.csv"],
        BookCrossing => ["BX-Books.csv", "BX-Users.csv", "BX-Book-Ratings.csv"],
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a format."),
    };

    /// <summary>The format's files in a folder. Of a file that is there both plain and packed, the packed one.</summary>
    public static IReadOnlyList<FileInfo> In(DirectoryInfo folder, string format)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var all = folder.GetFiles();
        return [.. Names(format)
            .Select(name => all.Where(file => Unpacked(file.Name).Equals(name, StringComparison.OrdinalIgnoreCase)).MaxBy(file => file.Name.Length))
            .OfType<FileInfo>()];
    }

    /// <summary>The format that fits most of a folder's files, or null when none fits any.</summary>
    public static string? Guess(DirectoryInfo folder)
        => Formats.MaxBy(format => In(folder, format).Count) is { } best && In(folder, best).Count > 0 ? best : null;

    /// <summary>A source name from a folder's: lower case, a dash for everything but <c>a-z 0-9 . _ -</c>, at most 64 characters.</summary>
    public static string SourceOf(DirectoryInfo folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var name = new string([.. folder.Name.ToLowerInvariant().Select(c => IsSourceCharacter(c) ? c : '-')]);
        return name.Length > SourceLength ? name[..SourceLength] : name;
    }

    public static bool IsSource(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is > 0 and <= SourceLength && text.All(IsSourceCharacter);
    }

    static bool IsSourceCharacter(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-';

    static string Unpacked(string fileName) => fileName.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? fileName[..^3] : fileName;
}
