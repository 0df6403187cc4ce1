using System.Diagnostics;
using BookRec.Tests.Documents;
using BookRec.Tests.Support;

namespace BookRec.Tests.EndToEnd;

/// <summary>The sessions of the documents, typed as they stand there.</summary>
[Collection(nameof(DemoApp))]
public sealed class SessionsInDocumentsTests(DemoApp demo)
{
    [Theory]
    [InlineData("README.md", "## A first session", "because_you_liked")]
    [InlineData("docs/tour.md", "", "bookrec_model_active")]
    public async Task A_session_of_the_documents_goes_through(string file, string heading, string expected)
    {
        // Beside what is typed: a failed request ends the session, and the server and its folder are those of the test.
        var session = $$"""
            set -euo pipefail
            curl() { command curl --fail-with-body --noproxy '*' "$@"; }
            {{Documentation.Session(file, heading).Replace("http://127.0.0.1:8000", $"http://127.0.0.1:{demo.App.Port}", StringComparison.Ordinal).Replace("var/", $"{demo.App.DataDirectory}/", StringComparison.Ordinal)}}
            """;
        var start = new ProcessStartInfo("bash", ["-c", session]);

        var output = await Tool.Run(start);

        Assert.Contains("curl -s", session, StringComparison.Ordinal);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.All(Documentation.Answers(file), answer => Assert.Contains(answer, output, StringComparison.Ordinal));
    }
}
