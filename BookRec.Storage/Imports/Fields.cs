using System.Globalization;

namespace BookRec.Storage.Imports;

/// <summary>Reads the fields that several formats share. Each refuses the row itself, naming the column, and then says so.</summary>
internal static class Fields
{
    private const int MaxTitle = 500;
    private const int MaxDescription = 10_000;
    private const int MaxId = 100;
    private const int EarliestYear = -3000;
    private const int LatestYear = 2100;

    private static readonly string[] s_suffixes = ["Jr.", "Jr", "Sr.", "Sr", "II", "III", "IV", "M.D.", "MD", "Ph.D.", "PhD"];

    public static bool Id(Table table, string column, out string id)
    {
        id = table.Text(column);
        if (id.Length is > 0 and <= MaxId) return true;
        table.Refuse(column, id.Length == 0 ? "missing" : $"longer than {MaxId} characters");
        return false;
    }

    public static bool Title(Table table, string column, out string title)
    {
        title = table.Text(column);
        if (title.Length is > 0 and <= MaxTitle) return true;
        table.Refuse(column, title.Length == 0 ? "missing" : $"longer than {MaxTitle} characters");
        return false;
    }

    /// <summary>A year, also as <c>2008.0</c>; empty is unknown.</summary>
    public static bool Year(Table table, string column, out int? year)
    {
        var text = table.Span(column);
        year = null;
        if (text.IsEmpty) return true;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= EarliestYear and <= LatestYear
            && number == Math.Floor(number))
        {
            year = (int)number;
            return true;
        }

        table.Refuse(column, $"'{Table.Shown(text)}' is not a year");
        return false;
    }

    /// <summary>A mean rating on the scale to 5; empty or 0 is none.</summary>
    public static bool Average(Table table, string column, out double? average)
    {
        var text = table.Span(column);
        average = null;
        if (text.IsEmpty) return true;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is 0 or (>= 0.5 and <= 5))
        {
            if (number > 0) average = number;
            return true;
        }

        table.Refuse(column, $"'{Table.Shown(text)}' is not a mean rating of 0.5 to 5");
        return false;
    }

    public static bool Count(Table table, string column, out long? count)
    {
        var text = table.Span(column);
        count = null;
        if (text.IsEmpty) return true;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            count = number;
            return true;
        }

        table.Refuse(column, $"'{Table.Shown(text)}' is not a count");
        return false;
    }

    /// <summary>A rating on a scale to 5 or, when <paramref name="outOfTen"/>, to 10, which is halved; empty is none.</summary>
    public static bool Rating(Table table, string column, bool outOfTen, out double? rating)
    {
        var text = table.Span(column);
        rating = null;
        if (text.IsEmpty) return true;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            table.Refuse(column, $"'{Table.Shown(text)}' is not a number");
            return false;
        }

        var halves = outOfTen ? number : number * 2;
        if (halves is < 1 or > 10 || halves != Math.Floor(halves))
        {
            table.Refuse(column, outOfTen ? $"{Table.Shown(text)} is not a whole number of 1 to 10" : $"{Table.Shown(text)} is not 0.5 to 5 in halves");
            return false;
        }

        rating = halves / 2;
        return true;
    }

    /// <summary>Unix seconds or RFC 3339; empty is unknown and becomes 0.</summary>
    /// <param name="now">Unix milliseconds; later times are refused.</param>
    public static bool Timestamp(Table table, string column, long now, out long milliseconds)
    {
        const long aDay = 86_400_000;
        var text = table.Span(column);
        milliseconds = 0;
        if (text.IsEmpty) return true;
        if (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            milliseconds = Math.Abs(seconds) < 1e12 ? (long)(seconds * 1000) : long.MaxValue;
        }
        else if (text.Length >= 10 && text[4] == '-'
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            milliseconds = time.ToUnixTimeMilliseconds();
        }
        else
        {
            table.Refuse(column, $"'{Table.Shown(text)}' is neither Unix seconds nor an RFC 3339 time");
            return false;
        }

        if (milliseconds >= 0 && milliseconds <= now + aDay) return true;
        table.Refuse(column, $"{Table.Shown(text)} is {(milliseconds < 0 ? "before 1970" : "in the future")}");
        return false;
    }

    /// <summary>The first column that holds an ISBN; sources are full of broken ones, which are no reason to refuse a book.</summary>
    public static string? Isbn(Table table, params ReadOnlySpan<string> columns)
    {
        foreach (var column in columns)
        {
            var text = new string([.. table.Text(column).Where(c => c is not ('-' or ' '))]).ToUpperInvariant();

            // A spreadsheet took it for a number and dropped the zero it began with.
            if (text.Length == 9 && text.All(char.IsAsciiLetterOrDigit)) text = "0" + text;
            var digits = text.Length == 10 && text[9] == 'X' ? text[..9] : text;
            if (text.Length is 10 or 13 && digits.All(char.IsAsciiDigit)) return text;
        }

        return null;
    }

    public static string? Description(Table table, string column)
    {
        var text = table.Text(column);
        return text.Length == 0 ? null : text.Length <= MaxDescription ? text : string.Concat(text.EnumerateRunes().Take(MaxDescription / 2));
    }

    /// <summary>Names separated by semicolons, or where there are none by commas; <c>Jr.</c> and the like stay with their name.</summary>
    public static string[] Authors(string text)
    {
        if (text.Contains(';', StringComparison.Ordinal)) return text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var names = new List<string>();
        foreach (var part in text.Split(", ", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (names.Count > 0 && s_suffixes.Contains(part, StringComparer.OrdinalIgnoreCase)) names[^1] += ", " + part;
            else names.Add(part);
        }

        return [.. names.Distinct(StringComparer.Ordinal)];
    }

    public static string? Known(string text) => text.Length == 0 ? null : text;
}
