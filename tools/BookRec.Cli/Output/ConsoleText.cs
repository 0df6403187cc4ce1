using System.Globalization;
using Spectre.Console;

namespace BookRec.Cli.Output;

/// <summary>Words and numbers as the commands print them.</summary>
public static class ConsoleText
{
    /// <summary>Writes a line as it is: no markup, and no control characters, which a server's answer or a file's row could carry.</summary>
    public static void Say(this IAnsiConsole console, string line)
    {
        ArgumentNullException.ThrowIfNull(console);
        console.WriteLine(Printable(line));
    }

    public static string Printable(string text) => string.Concat(text.Where(c => !char.IsControl(c)));

    /// <summary>Megabytes of 10⁶ bytes with one decimal; kilobytes below a tenth of one.</summary>
    public static string Size(double bytes) => bytes < 100_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");

    public static string Count(double number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Percent(double fraction) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(fraction * 100):0} %");

    /// <summary>Four decimals: what ranking metrics and losses are compared by.</summary>
    public static string Score(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    public static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    /// <summary>A table that reads well in a terminal and in a log.</summary>
    public static Table NewTable(this IAnsiConsole console, params string[] columns)
    {
        ArgumentNullException.ThrowIfNull(console);
        var table = new Table().Border(console.Profile.Out.IsTerminal ? TableBorder.Rounded : TableBorder.Markdown);
        foreach (var column in columns)
            table.AddColumn(new TableColumn(new Text(column)));
        return table;
    }

    public static Table Row(this Table table, params string[] cells)
        => table.AddRow(cells.Select(cell => new Text(Printable(cell))));
}
