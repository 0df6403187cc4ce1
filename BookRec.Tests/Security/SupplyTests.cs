using System.Text.Json.Nodes;
using BookRec.Tests.Support;

namespace BookRec.Tests.Security;

/// <summary>Where the packages come from: pinned by version and content, from whichever registry holds them.</summary>
public sealed class SupplyTests
{
    private static readonly IReadOnlyList<string> s_projects =
        [.. Directory.GetFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories).Where(p => !p.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))];

    [Fact]
    public void Every_project_locks_every_package_by_its_content()
    {
        Assert.True(s_projects.Count >= 10, $"only {s_projects.Count} projects");
        Assert.All(s_projects, project =>
        {
            var path = Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json");
            Assert.True(File.Exists(path), path);
            var frameworks = JsonNode.Parse(File.ReadAllText(path))!["dependencies"]!.AsObject();
            foreach (var (_, packages) in frameworks)
                Assert.All(packages!.AsObject().Where(p => (string)p.Value!["type"]! != "Project"), p => Assert.Equal(64, Convert.FromBase64String((string)p.Value!["contentHash"]!).Length));
        });
    }

    [Fact]
    public void No_lock_names_a_registry()
        => Assert.All(
            s_projects.Select(p => Path.Combine(Path.GetDirectoryName(p)!, "packages.lock.json")),
            path => Assert.DoesNotContain("://", File.ReadAllText(path), StringComparison.Ordinal));
}
