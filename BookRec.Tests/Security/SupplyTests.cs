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
    public async Task The_bill_of_materials_lists_every_package_that_ships_by_its_content()
    {
        using var folder = new Cli.TemporaryFolder();
        var file = Path.Combine(folder.Path, "bookrec.cdx.json");
        await using var script = ServerProcess.Start("bash", [Repository.PathOf("bookrec"), "sbom", file]);
        Assert.Equal(0, await script.Exit());

        var document = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        Assert.Equal(("CycloneDX", "1.6"), ((string)document["bomFormat"]!, (string)document["specVersion"]!));
        var listed = document["components"]!.AsArray().Where(c => c!["hashes"] is not null).ToDictionary(c => (string)c!["purl"]!, c => (string)c!["hashes"]![0]!["content"]!);
        var locked = JsonNode.Parse(await File.ReadAllTextAsync(Repository.PathOf("BookRec.WebApi", "packages.lock.json"), TestContext.Current.CancellationToken))!["dependencies"]!["net10.0"]!
            .AsObject().Where(p => (string)p.Value!["type"]! != "Project").ToList();
        Assert.True(locked.Count > 50, $"only {locked.Count} packages");
        Assert.Equal(
            locked.ToDictionary(p => $"pkg:nuget/{p.Key}@{(string)p.Value!["resolved"]!}", p => Convert.ToHexStringLower(Convert.FromBase64String((string)p.Value!["contentHash"]!))),
            listed);
    }

    [Fact]
    public void No_lock_names_a_registry()
        => Assert.All(
            s_projects.Select(p => Path.Combine(Path.GetDirectoryName(p)!, "packages.lock.json")),
            path => Assert.DoesNotContain("://", File.ReadAllText(path), StringComparison.Ordinal));
}
