using System.Text.RegularExpressions;
using BookRec.Tests.Support;

namespace BookRec.Tests.Deploy;

/// <summary>The settings of docs/settings.md as environment variables.</summary>
static partial class SettingNames
{
    public static IReadOnlySet<string> Documented { get; } = File.ReadLines(Repository.PathOf("docs", "settings.md"))
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .SelectMany(line => Name().Matches(line.Split('|')[1]))
        .Select(match => $"BookRec__{match.Groups[1].Value.Replace(":", "__", StringComparison.Ordinal)}")
        // Lists are written one by one.
        .SelectMany(name => (string[])[name, $"{name}__0"])
        .ToHashSet();

    [GeneratedRegex("`([A-Za-z:]+)`")]
    private static partial Regex Name();
}
