using System.Text.RegularExpressions;

namespace BookRec.Tests.Observability;

/// <summary>As much of PromQL as it takes to find the metrics an expression asks for; promtool judges the rest.</summary>
static partial class PromQl
{
    static readonly HashSet<string> Words = ["and", "or", "unless", "bool", "offset", "atan2", "inf", "nan", "by", "without", "on", "ignoring", "group_left", "group_right"];

    public static IEnumerable<string> Metrics(string expression)
        => Name().Matches(Grouping().Replace(Selector().Replace(Text().Replace(expression, "\"\""), ""), " ")).Select(m => m.Value).Where(n => !Words.Contains(n)).Distinct();

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Text();

    /// <summary>Labels and ranges.</summary>
    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]|(?<=offset\s+)\w+")]
    private static partial Regex Selector();

    [GeneratedRegex(@"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")]
    private static partial Regex Grouping();

    /// <summary>No function, which a bracket follows, and no number.</summary>
    [GeneratedRegex(@"(?<![\w.])[a-zA-Z_:][\w:]*\b(?!\s*\()")]
    private static partial Regex Name();
}
