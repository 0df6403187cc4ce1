using System.Xml.Linq;
using ArchUnitNET.Fluent;
using ArchUnitNET.Loader;
using EngineTypes = BookRec.Engine.Data.Vocabulary;
using FrontTypes = BookRec.WebApi.Hosting.WebFront;
using GrainTypes = BookRec.Grains.BookRecMetrics;
using SiloTypes = BookRec.Silo.SiloComposition;
using StorageTypes = BookRec.Storage.Databases.Database;

namespace BookRec.Tests;

/// <summary>The table of docs/architecture.md: who may use whom.</summary>
public sealed class ArchitectureTests
{
    private static readonly ArchUnitNET.Domain.Architecture Front = new ArchLoader().LoadAssemblies(
        typeof(FrontTypes).Assembly, typeof(SiloTypes).Assembly, typeof(GrainTypes).Assembly,
        typeof(StorageTypes).Assembly, typeof(EngineTypes).Assembly).Build();

    [Theory]
    [InlineData("BookRec.Grains.Interfaces", "")]
    [InlineData("BookRec.Engine", "")]
    [InlineData("BookRec.Storage", "BookRec.Grains.Interfaces")]
    [InlineData("BookRec.Grains", "BookRec.Engine BookRec.Grains.Interfaces BookRec.Storage")]
    [InlineData("BookRec.Hosting", "BookRec.Grains.Interfaces")]
    [InlineData("BookRec.Silo", "BookRec.Grains BookRec.Hosting")]
    [InlineData("BookRec.WebApi", "BookRec.Grains.Interfaces BookRec.Hosting BookRec.Silo")]
    [InlineData("clients/BookRec.Client", "")]
    [InlineData("tools/BookRec.Cli", "BookRec.Client")]
    [InlineData("tools/BookRec.SecretsEmulator", "")]
    public void A_project_refers_to_what_the_table_allows_and_nothing_else(string project, string allowed)
    {
        var file = XDocument.Load(Path.Combine(Root, project, Path.GetFileName(project) + ".csproj"));
        var references = file.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension((string)r.Attribute("Include")!)).Order();
        Assert.Equal(allowed, string.Join(' ', references));
    }

    [Fact]
    public void The_front_knows_the_silo_in_Program_alone()
    {
        var front = ArchRuleDefinition.Types().That().ResideInAssembly(typeof(FrontTypes).Assembly)
            .And().DoNotHaveNameStartingWith("Program").And().DoNotHaveNameStartingWith("<").And().DoNotHaveFullNameContaining("Program");
        var behind = ArchRuleDefinition.Types().That()
            .ResideInAssembly(typeof(SiloTypes).Assembly)
            .Or().ResideInAssembly(typeof(GrainTypes).Assembly)
            .Or().ResideInAssembly(typeof(StorageTypes).Assembly)
            .Or().ResideInAssembly(typeof(EngineTypes).Assembly);
        var broken = front.Should().NotDependOnAny(behind).Evaluate(Front).Where(result => !result.Passed).Select(result => result.Description);
        Assert.Empty(broken);
    }

    [Fact]
    public void Sql_stands_in_storage_alone()
    {
        foreach (var project in Directory.GetDirectories(Root, "BookRec.*").Where(p => Path.GetFileName(p) is not ("BookRec.Storage" or "BookRec.Tests")))
        {
            var references = XDocument.Load(Directory.GetFiles(project, "*.csproj").Single()).Descendants("PackageReference").Select(r => (string)r.Attribute("Include")!);
            Assert.Empty(references.Intersect(["Dapper", "Npgsql", "Microsoft.Data.Sqlite"]));
        }
    }

    [Fact]
    public void The_engine_asks_no_clock_and_rolls_no_unseeded_dice()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Root, "BookRec.Engine"), "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}")))
        {
            var text = File.ReadAllText(file);
            Assert.DoesNotContain("DateTime", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Random.Shared", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Guid.NewGuid", text, StringComparison.Ordinal);
        }
    }

    /// <summary>The repository, from where the tests were built.</summary>
    private static string Root => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Parent!.Parent!.Parent!.FullName;
}
