using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using BookRec.Tests.Support;

namespace BookRec.Tests.Deploy;

/// <summary>The images as their Dockerfile describes them; no container engine builds them here.</summary>
public sealed partial class ImageTests
{
    static readonly Dockerfile Images = Dockerfile.Parse(File.ReadAllText(Repository.PathOf("deploy", "Dockerfile")));

    [Theory]
    [InlineData("silo", "BookRec.Silo.dll")]
    [InlineData("api", "BookRec.WebApi.dll")]
    public void An_image_runs_one_program_as_nobody_and_asks_it_how_it_is(string name, string program)
    {
        var image = Images[name];

        Assert.EndsWith("-chiseled", image.Root, StringComparison.Ordinal);
        Assert.Equal("$APP_UID", image.Last("USER").Arguments);
        Assert.Equal(["dotnet", program], image.Last("ENTRYPOINT").Program);
        Assert.Equal(["dotnet", program, "--health"], image.Last("HEALTHCHECK").Program);
        Assert.DoesNotContain(image.All, i => i.Name is "ADD" or "RUN");
    }

    [Fact]
    public void Images_from_elsewhere_have_a_version()
        => Assert.All(Images.Stages.Where(s => s.Base is null), stage => Assert.Matches(@"^mcr\.microsoft\.com/dotnet/(sdk|aspnet):10\.0-\w+", stage.Image));

    [Fact]
    public void No_layer_holds_a_secret_or_more_than_the_sources_of_the_programs()
    {
        Assert.All(Images.Stages.SelectMany(s => s.Own).Where(i => i.Name is "ENV" or "ARG"), i => Assert.DoesNotMatch("(?i)password|secret|key|token", i.Arguments));

        var ignore = File.ReadLines(Repository.PathOf(".dockerignore")).Where(l => l.Length > 0 && l[0] != '#').ToList();
        Assert.Equal("*", ignore[0]);
        var projects = Closure("BookRec.Silo").Union(Closure("BookRec.WebApi")).Select(p => $"!{p}/");
        Assert.Equal(projects.Order(StringComparer.Ordinal), ignore.Where(l => l.StartsWith("!BookRec", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.All(ignore.Where(l => l.StartsWith('!')), l => Assert.True(Path.Exists(Repository.PathOf(l[1..].TrimEnd('/'))), l));
    }

    [Fact]
    public void Every_project_is_there_when_packages_are_restored()
    {
        var copied = Images["build"].Own.TakeWhile(i => i.Name != "RUN").Where(i => i.Name == "COPY").SelectMany(i => Project().Matches(i.Arguments)).Select(m => m.Groups[1].Value);

        Assert.Equal(Closure("BookRec.Silo").Union(Closure("BookRec.WebApi")).Order(StringComparer.Ordinal), copied.Order(StringComparer.Ordinal));
        Assert.All(Files().Matches(Images["build"].Own.First(i => i.Name == "COPY").Arguments).Select(m => m.Value), file => Assert.True(File.Exists(Repository.PathOf(file)), file));
    }

    [Fact]
    public async Task Packages_are_restored_as_they_were_locked()
    {
        var folder = Directory.CreateTempSubdirectory("bookrec-image-").FullName;
        foreach (var copied in Images["build"].Own.TakeWhile(i => i.Name != "RUN").Where(i => i.Name == "COPY").Select(i => i.Arguments.Split(' ')))
        {
            var target = Directory.CreateDirectory(Path.Combine(folder, copied[^1])).FullName;
            foreach (var file in copied[..^1].SelectMany(source => Directory.GetFiles(Repository.PathOf(Path.GetDirectoryName(source)!), Path.GetFileName(source))))
                File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        var restore = Images["build"].Own.First(i => i.Name == "RUN").Arguments.Split(' ');
        Assert.Equal("--locked-mode", restore[^1]);
        await Tool.Run(new ProcessStartInfo(restore[0], restore[1..]) { WorkingDirectory = folder });

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_probe_tells_by_its_exit_code_what_the_process_says()
    {
        var ready = false;
        await using var process = await TinyServer.Start(context =>
        {
            context.Response.StatusCode = ready ? 200 : 503;
            return Task.CompletedTask;
        });
        // Nobody listens there.
        const int silent = 1;

        Assert.Equal(1, await Probe("BookRec.WebApi", process.Port));
        Assert.Equal(1, await Probe("BookRec.Silo", silent));
        ready = true;
        Assert.Equal(0, await Probe("BookRec.WebApi", process.Port));
        Assert.Equal(0, await Probe("BookRec.Silo", process.Port));
        Assert.All(process.Seen, request => Assert.Equal(("GET", "/api/ready"), request));
    }

    static async Task<int> Probe(string project, int port)
    {
        await using var probe = ServerProcess.StartOurs(project, ["--health"], [KeyValuePair.Create("ASPNETCORE_HTTP_PORTS", $"{port}")]);
        return await probe.Exit();
    }

    /// <summary>A project and what it refers to.</summary>
    static IEnumerable<string> Closure(string project)
        => XDocument.Load(Repository.PathOf(project, $"{project}.csproj")).Descendants("ProjectReference")
            .SelectMany(r => Closure(Path.GetFileNameWithoutExtension((string)r.Attribute("Include")!))).Append(project).Distinct();

    [GeneratedRegex(@"(BookRec[\w.]*)/\*\.csproj \1/packages\.lock\.json")]
    private static partial Regex Project();

    [GeneratedRegex(@"[\w.]+\.(?:json|props|txt|editorconfig)")]
    private static partial Regex Files();
}
