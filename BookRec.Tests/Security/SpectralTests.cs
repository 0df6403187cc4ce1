using System.Diagnostics;
using BookRec.Tests.Support;
using BookRec.Tests.WebApi.Support;

namespace BookRec.Tests.Security;

/// <summary>Spectral's rules, and OWASP's for it, over the description of the interface as it is served.</summary>
public sealed class SpectralTests(Front front) : IClassFixture<Front>
{
    [Fact]
    public async Task The_description_breaks_no_rule()
    {
        using var folder = new Cli.TemporaryFolder();
        var document = folder.Add("openapi.json", await front.Anonymous.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken));
        var ruleset = folder.Add("ruleset.yaml", await File.ReadAllTextAsync(Repository.PathOf("BookRec.Tests", "Security", "spectral", "ruleset.yaml"), TestContext.Current.CancellationToken));

        // Rules are looked for beside the ruleset.
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "node_modules"), Path.Combine(Installed, "node_modules"));
        using var spectral = Process.Start(new ProcessStartInfo(
            "node", [Path.Combine(Installed, "node_modules", "@stoplight", "spectral-cli", "dist", "index.js"), "lint", document, "--ruleset", ruleset, "--fail-severity", "error", "--display-only-failures"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = spectral.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await spectral.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await error;
        await spectral.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(spectral.ExitCode == 0, output);
        Assert.Contains("No results with a severity of 'error' found", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_checks_it_is_pinned_and_comes_from_any_registry()
    {
        var lockFile = await File.ReadAllTextAsync(Repository.PathOf("BookRec.Tests", "Security", "spectral", "package-lock.json"), TestContext.Current.CancellationToken);
        Assert.Contains("\"integrity\"", lockFile, StringComparison.Ordinal);
        Assert.DoesNotContain("\"resolved\"", lockFile, StringComparison.Ordinal);
    }

    /// <summary>Where <c>./bookrec test</c> installs it.</summary>
    private static string Installed
    {
        get
        {
            var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
                ? set
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
            var folder = Path.Combine(cache, "bookrec", "spectral-6.16.3");
            return Directory.Exists(Path.Combine(folder, "node_modules"))
                ? folder
                : throw new InvalidOperationException($"This test needs Spectral in {folder}, where `./bookrec test` installs it.");
        }
    }
}
