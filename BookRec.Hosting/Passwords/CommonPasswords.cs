using System.Collections.Frozen;
using System.Globalization;

namespace BookRec.Hosting;

/// <summary>
/// The passwords that are tried first. Made from <c>common-passwords.txt</c> by the rule below, in lower case and at least as long as a
/// password must be: shorter ones are refused anyway.
/// </summary>
public static class CommonPasswords
{
    private const int RunLength = 6;

    private static readonly Lazy<FrozenSet<string>> s_all = new(() => Make().ToFrozenSet(StringComparer.Ordinal));

    /// <summary>What people put in place of letters, and below it the letters.</summary>
    private const string Stands = "013457@$!|";

    private const string Letters = "oieastasil";

    public static int Count => s_all.Value.Count;

    /// <summary>Whether a password is common: as it is, in other case, with digits for letters, or with marks around it.</summary>
    public static bool Contains(string password)
    {
        var lower = password.ToLowerInvariant();
        return s_all.Value.Contains(lower)
            || s_all.Value.Contains(string.Concat(lower.Where(char.IsLetterOrDigit)))
            || s_all.Value.Contains(string.Concat(lower.Select(c => Letter(c))))
            || s_all.Value.Contains(lower.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '!', '?', '.', '@', '#', '$', '*'))
            || s_all.Value.Contains(WithLetters(lower));
    }

    /// <summary>Digits for letters in the word, but not in the number behind it: <c>p4ssw0rd2024</c>.</summary>
    private static string WithLetters(string lower)
    {
        var word = lower.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '!', '?', '.', '#', '*');
        return string.Concat(word.Select(c => Letter(c))) + lower[word.Length..];
    }

    private static char Letter(char c) => Stands.IndexOf(c, StringComparison.Ordinal) is >= 0 and var index ? Letters[index] : c;

    private static IEnumerable<string> Make()
    {
        var section = "";
        var lines = new Dictionary<string, List<string>> { ["words"] = [], ["rows"] = [], ["phrases"] = [] };
        using var reader = new StreamReader(typeof(CommonPasswords).Assembly.GetManifestResourceStream("BookRec.Hosting.Passwords.common-passwords.txt")!);
        while (reader.ReadLine() is { } line)
        {
            if (line is "" or ['#', ..])
                continue;
            if (line is ['[', .. var name, ']'])
                section = name;
            else
                lines[section].Add(line);
        }

        return Words(lines["words"]).Concat(Rows(lines["rows"])).Concat(Phrases(lines["phrases"])).Where(p => p.Length >= PasswordPolicy.MinimumCharacters);
    }

    private static IEnumerable<string> Words(List<string> lines)
    {
        foreach (var words in lines.Select(l => l.Split(' ')))
        {
            foreach (var word in words)
            {
                yield return word;
                foreach (var suffix in Suffixes())
                    yield return word + suffix;
                foreach (var other in words)
                    yield return word + other;
            }
        }
    }

    private static IEnumerable<string> Rows(List<string> lines)
    {
        var rows = lines.SelectMany(l => l.Split(' ')).SelectMany(r => (string[])[r, new string([.. r.Reverse()])]).ToList();
        foreach (var row in rows)
            for (var start = 0; start < row.Length; start++)
                for (var end = start + PasswordPolicy.MinimumCharacters; end <= row.Length; end++)
                    yield return row[start..end];

        var runs = rows.Where(r => r.Length >= RunLength).Select(r => r[..RunLength]).Distinct().ToList();
        foreach (var first in runs)
            foreach (var second in runs)
                yield return first + second;
    }

    private static IEnumerable<string> Phrases(List<string> lines)
    {
        foreach (var phrase in lines.SelectMany(l => l.Split(' ')).Concat(lines.Select(l => l)))
        {
            yield return phrase;
            foreach (var suffix in Suffixes())
                yield return phrase + suffix;
        }
    }

    /// <summary>Numbers that count, numbers that repeat, years; each alone and with the mark that a rule once asked for.</summary>
    private static IEnumerable<string> Suffixes()
    {
        var counts = Enumerable.Range(1, 9).Select(n => "1234567890"[..n]).Append("1234567890");
        var repeats = Enumerable.Range(0, 10).SelectMany(d => (string[])[new string((char)('0' + d), 2), new string((char)('0' + d), 4)]);
        var years = Enumerable.Range(1970, 65).Select(y => y.ToString(CultureInfo.InvariantCulture));
        foreach (var number in counts.Concat(repeats).Concat(years))
        {
            yield return number;
            yield return number + "!";
            yield return "@" + number;
        }
    }
}
