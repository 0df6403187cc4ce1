using System.Text.RegularExpressions;
using BookRec.Tests.Support;

namespace BookRec.Tests.Documents;

/// <summary>The documents as their readers use them: blocks to copy, links to follow.</summary>
static partial class Documentation
{
    /// <summary>Markdown files by their path in the repository.</summary>
    public static IReadOnlyDictionary<string, string> Files { get; } = ((string[])["README.md", "CONTRIBUTING.md", "CODE_OF_CONDUCT.md", "CHANGELOG.md", "clients/BookRec.Client/README.md", "BookRec.Silo/Demo/README.md"])
        .Concat(Directory.GetFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Repository.Root, file)))
        .ToDictionary(name => name, name => File.ReadAllText(Repository.PathOf(name)));

    /// <summary>Every line that somebody would type, without what follows a <c>#</c>, and whether that says <c>not run</c>.</summary>
    public static IEnumerable<(string File, string Line, bool NotRun)> Commands
        => Files.SelectMany(file => Blocks(file.Value).SelectMany(Lines).Select(line => (file.Key, line.Typed, line.NotRun)));

    /// <summary>The bash blocks below a heading, up to the next one of its rank.</summary>
    public static string Session(string file, string heading)
    {
        var text = Files[file];
        var start = heading.Length == 0 ? 0 : text.IndexOf($"\n{heading}\n", StringComparison.Ordinal) + 1;
        var end = heading.Length == 0 ? -1 : text.IndexOf($"\n{heading[..heading.IndexOf(' ', StringComparison.Ordinal)]} ", start, StringComparison.Ordinal);
        return string.Join('\n', Fence().Matches(end < 0 ? text[start..] : text[start..end]).Where(m => m.Groups["kind"].Value == "bash").Select(m => m.Groups["body"].Value));
    }

    /// <summary>What a document shows as an answer: the texts of its JSON that are words for people.</summary>
    public static IEnumerable<string> Answers(string file)
        => Fence().Matches(Files[file]).Where(m => m.Groups["kind"].Value == "json").SelectMany(m => Text().Matches(m.Groups["body"].Value)).Select(m => m.Value.Replace("\": ", "\":", StringComparison.Ordinal));

    public static IEnumerable<string> Links(string text) => Link().Matches(Fence().Replace(text, "")).Select(m => m.Groups[1].Value);

    /// <summary>As GitHub names a heading.</summary>
    public static IEnumerable<string> Anchors(string text)
        => Heading().Matches(Fence().Replace(text, "")).Select(m => NotInAnchor().Replace(m.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    static IEnumerable<string> Blocks(string text)
        => Fence().Matches(text).Where(m => m.Groups["kind"].Value is "bash" or "sh" or "console").Select(m => m.Groups["body"].Value)
            .Concat(Indented().Matches(Fence().Replace(text, "")).Select(m => m.Groups[1].Value));

    static IEnumerable<(string Typed, bool NotRun)> Lines(string block)
    {
        var joined = block.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n').Select(line => line.Trim());
        var typed = joined.Any(line => line.StartsWith("$ ", StringComparison.Ordinal)) ? joined.Where(line => line.StartsWith("$ ", StringComparison.Ordinal)).Select(line => line[2..]) : joined;
        return typed.Select(line => (Comment().Replace(line, "").Trim(), Comment().Match(line).Value.Contains("not run", StringComparison.Ordinal))).Where(line => line.Item1.Length > 0);
    }

    [GeneratedRegex(@"^```(?<kind>\w*)\n(?<body>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^    (\S.*)$", RegexOptions.Multiline)]
    private static partial Regex Indented();

    [GeneratedRegex(@"(^|\s)#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"""(?:title|text)"": ""[^""…]+""")]
    private static partial Regex Text();

    [GeneratedRegex(@"^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{Nd} _-]")]
    private static partial Regex NotInAnchor();
}
