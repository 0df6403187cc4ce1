using System.Text.RegularExpressions;
using BookRec.Tests.Cli;
using BookRec.Tests.Support;
using BookRec.Tests.WebApi.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace BookRec.Tests.Documents;

/// <summary>What the documents tell to type exists, and what they point at is there.</summary>
public sealed partial class DocumentTests(Front front) : IClassFixture<Front>
{
    /// <summary>Commands of the script itself, with their options; the others are the command line program's, which is asked.</summary>
    static readonly Dictionary<string, string[]?> OfTheScript = new()
    {
        ["run"] = ["--port", "--data"],
        // What follows is handed on, to xunit's runner, to the benches, to `dotnet format`.
        ["test"] = null,
        ["bench"] = null,
        ["format"] = [],
        ["help"] = [],
        ["admin"] = ["--data"],
    };

    [Fact]
    public async Task Every_command_of_the_documents_is_one_of_ours()
    {
        var commands = Documentation.Commands.SelectMany(c => Command().Matches(c.Line).Select(m => (c.File, Words: m.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)))).ToList();
        var script = await File.ReadAllTextAsync(Repository.PathOf("bookrec"), TestContext.Current.CancellationToken);

        Assert.True(commands.Count > 20, $"{commands.Count}");
        foreach (var (file, words) in commands)
        {
            Assert.Matches($@"\./bookrec {words[0]}\b", script);
            var options = words.Where(w => w.StartsWith("--", StringComparison.Ordinal)).Select(w => w.Split('=')[0]).ToList();
            if (OfTheScript.TryGetValue(words[0], out var known))
                Assert.True(known is null || options.All(known.Contains), $"{file}: {string.Join(' ', words)}");
            else
                await IsKnown(file, words, options);
        }
    }

    [Fact]
    public void Every_request_of_the_documents_has_a_route()
    {
        var requests = Documentation.Commands.SelectMany(c => Curl().Matches(c.Line).Select(m => (c.File, Method: MethodOf(c.Line), Path: "/api" + m.Groups["path"].Value.Replace("$id", "1", StringComparison.Ordinal)))).ToList();

        var routes = front.Endpoints
            .Select(e => (Template: new TemplateMatcher(TemplateParser.Parse(e.RoutePattern.RawText!.TrimStart('/')), []), Methods: e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods))
            .ToList();

        Assert.True(requests.Count > 30, $"{requests.Count}");
        Assert.Equal([], requests.Where(r => !routes.Any(route => route.Template.TryMatch(r.Path, []) && route.Methods?.Contains(r.Method) != false)).Select(r => $"{r.File}: {r.Method} {r.Path}").Distinct());
    }

    /// <summary>Ours are asked for above, by name and option; requests have their routes, and the manual's look into a log is taken where NGINX is tested.</summary>
    [Fact]
    public void What_needs_more_than_this_machine_says_that_it_was_not_run()
        => Assert.Equal(
            [],
            Documentation.Commands.Where(c => !c.NotRun && !Ours().IsMatch(c.Line)).Select(c => $"{c.File}: {c.Line}"));

    [Fact]
    public void Every_link_leads_somewhere()
    {
        var broken = from file in Documentation.Files
                     from link in Documentation.Links(file.Value)
                     where !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith("mailto:", StringComparison.Ordinal) && !IsThere(file.Key, link)
                     select $"{file.Key}: {link}";

        Assert.Equal([], broken);
    }

    static async Task IsKnown(string file, string[] words, List<string> options)
    {
        // `cluster up …` and the like: the second word may be a command too.
        var run = await CliRun.Of([words[0], "--help"]);
        Assert.Equal(0, run.ExitCode);
        if (words[0] == "cluster" && words.Length > 1)
        {
            run = await CliRun.Of([words[0], words[1], "--help"]);
            Assert.True(run.ExitCode == 0, $"{file}: {string.Join(' ', words)}");
        }

        Assert.All(options, option => Assert.True(Regex.IsMatch(run.Out, $@"{option}\b"), $"{file}: {string.Join(' ', words)}: {option}"));
    }

    static bool IsThere(string file, string link)
    {
        var parts = link.Split('#');
        var target = parts[0].Length == 0 ? file : Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(file)!, parts[0])));
        return Path.Exists(Path.Combine(Repository.Root, target))
            && (parts.Length == 1 || (Documentation.Files.TryGetValue(target, out var text) && Documentation.Anchors(text).Contains(parts[1])));
    }

    static string MethodOf(string line)
        => Method().Match(line) is { Success: true } given ? given.Groups[1].Value : line.Contains(" -d ", StringComparison.Ordinal) ? "POST" : "GET";

    [GeneratedRegex(@"\./bookrec ([^|;&)]+)")]
    private static partial Regex Command();

    [GeneratedRegex("""curl\b[^|]*?(?:\$api|https?://[\w.:-]+/api)(?<path>/[^\s"'?)]*)""")]
    private static partial Regex Curl();

    [GeneratedRegex(@"^(?:\w+=\S+ )*(?:\./bookrec |tests/\S+\.sh |curl .*(?:\$api|https?://127\.0\.0\.1:)|grep .*/logs/|\w+=|\w+\(\) )")]
    private static partial Regex Ours();

    [GeneratedRegex(@"(?:-X|--request) ([A-Z]+)")]
    private static partial Regex Method();
}
