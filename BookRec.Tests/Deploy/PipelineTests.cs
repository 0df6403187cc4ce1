using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BookRec.Tests.Support;

namespace BookRec.Tests.Deploy;

/// <summary>The workflows as actionlint reads them; they run elsewhere.</summary>
public sealed partial class PipelineTests
{
    static string[] Workflows => Directory.GetFiles(Repository.PathOf(".github", "workflows"), "*.yml");

    [Fact]
    public async Task Actionlint_has_nothing_to_say_against_the_workflows()
    {
        Assert.NotEmpty(Workflows);
        var problems = JsonNode.Parse(await Checkers.Node("actionlint.cjs", Workflows))!.AsArray();

        // It is older than the runners of today.
        Assert.Equal([], problems.Where(p => (string)p!["kind"]! != "runner-label" || !((string)p["message"]!).Contains("\"ubuntu-24.04\"", StringComparison.Ordinal)).Select(p => p!.ToJsonString()));
    }

    [Fact]
    public async Task Actionlint_would_say_something_if_there_were_something()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("bookrec-workflow-").FullName, "broken.yml");
        await File.WriteAllTextAsync(file, "on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: 'echo ${{ github.nonsense }}'}]}}\n", TestContext.Current.CancellationToken);

        Assert.Contains("nonsense", await Checkers.Node("actionlint.cjs", file), StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public void Actions_are_pinned_by_commit_and_jobs_have_the_fewest_rights()
        => Assert.All(Workflows.Select(File.ReadAllText), workflow =>
        {
            Assert.All(Uses().Matches(workflow), uses => Assert.Matches("@[0-9a-f]{40} # v[0-9.]+$", uses.Groups[1].Value));
            Assert.Contains("\npermissions:\n  contents: read\n", workflow, StringComparison.Ordinal);
            Assert.DoesNotContain("pull_request_target", workflow, StringComparison.Ordinal);
        });

    /// <summary>Who runs `./bookrec test` there is not root and can install nothing.</summary>
    [Fact]
    public void Workflows_install_what_the_tests_start()
    {
        // Of the runner itself, and by setup-node.
        string[] there = ["systemd", "nodejs", "npm"];
        var needed = Package().Matches(File.ReadAllText(Repository.PathOf("bookrec"))).Select(m => m.Groups[1].Value).Except(there).ToList();

        Assert.Contains("postgresql", needed);
        Assert.All(
            Workflows.Select(File.ReadAllText).Where(workflow => workflow.Contains("./bookrec test\n", StringComparison.Ordinal)),
            workflow => Assert.Equal([], needed.Except(Installed().Match(workflow).Groups[1].Value.Split(' '))));
    }

    [Fact]
    public async Task A_release_takes_its_notes_from_the_changelog()
    {
        var notes = await Tool.Run(new ProcessStartInfo(Repository.PathOf("deploy", "changes.sh"), ["Unreleased"]));
        var (exitCode, _, _) = await Tool.Try(new ProcessStartInfo(Repository.PathOf("deploy", "changes.sh"), ["9.9.9"]));

        Assert.Contains("### Added", notes, StringComparison.Ordinal);
        Assert.DoesNotContain("## [", notes.Replace("### ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(1, exitCode);

        // A tag without its section is refused before an image is published.
        var release = await File.ReadAllTextAsync(Repository.PathOf(".github", "workflows", "release.yml"), TestContext.Current.CancellationToken);
        Assert.InRange(release.IndexOf("deploy/changes.sh", StringComparison.Ordinal), 0, release.IndexOf("push: true", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"packages\+=\((\S+)\)")]
    private static partial Regex Package();

    [GeneratedRegex(@"apt-get install --yes --no-install-recommends (.+)")]
    private static partial Regex Installed();

    [GeneratedRegex(@"uses: (.+)")]
    private static partial Regex Uses();
}
