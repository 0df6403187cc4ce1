using BookRec.Client.Imports;
using Microsoft.AspNetCore.Http;

namespace BookRec.Tests.Cli;

public sealed class ImportCommandTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly TemporaryFolder secrets = new();
    readonly string passwordFile;

    public ImportCommandTests() => passwordFile = secrets.Add("admin-password", ApiStandIn.Password + "\n");

    public void Dispose()
    {
        folder.Dispose();
        secrets.Dispose();
    }

    [Fact]
    public async Task Uploads_the_formats_files_unchanged_and_books_first()
    {
        var (books, interactions, toRead) = (ApiStandIn.Noise(1_000_003), ApiStandIn.Noise(400_000), ApiStandIn.Noise(17));
        folder.Add("to_read.csv.gz", toRead);
        folder.Add("interactions.csv.gz", interactions);
        folder.Add("books.csv.gz", books);
        folder.Add("notes.txt", "not for the server");
        await using var server = await ApiStandIn.Start(Answer(ImportState.Succeeded));

        var run = await Import(server, "--source", "shelf-1");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["books.csv.gz", "interactions.csv.gz", "to_read.csv.gz"], server.Uploaded.Select(file => file.Name));
        Assert.Equal([books, interactions, toRead], server.Uploaded.Select(file => file.Bytes));
        Assert.Equal("?format=bookrec&source=shelf-1", server.UploadQuery);
    }

    [Fact]
    public async Task Follows_the_import_to_its_end_and_sums_it_up()
    {
        folder.Add("books.csv", "id,title\n1,Emma\n");
        await using var server = await ApiStandIn.Start(
            Answer(ImportState.Uploading),
            Answer(ImportState.Running, progress: 0.25, rows: 1000),
            Answer(ImportState.Running, progress: 0.5, rows: 2000),
            Answer(ImportState.Succeeded, progress: 1, rows: 4321, rejected: 12, errors: [new("books.csv", 17, "year 30000 is not a year")]));

        var run = await Import(server);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Uploading: 100 %", run.Out, StringComparison.Ordinal);
        Assert.Contains("Importing: 25 %, 1,000 rows", run.Out, StringComparison.Ordinal);
        Assert.Contains("Importing: 50 %, 2,000 rows", run.Out, StringComparison.Ordinal);
        Assert.Contains("4,321", run.Out, StringComparison.Ordinal);
        Assert.Contains("books.csv:17: year 30000 is not a year", run.Out, StringComparison.Ordinal);
        Assert.Contains("and 2 more refused rows", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Out);
    }

    [Fact]
    public async Task A_failed_import_exits_1_with_the_reason()
    {
        folder.Add("books.csv", "id,title\n");
        await using var server = await ApiStandIn.Start(Answer(ImportState.Running), Answer(ImportState.Failed, reason: "books.csv has no column title"));

        var run = await Import(server);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("the import failed: books.csv has no column title", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_expires_is_renewed_for_the_upload_and_for_the_questions()
    {
        var books = ApiStandIn.Noise(300_000);
        folder.Add("books.csv", books);
        await using var server = await ApiStandIn.Start(Answer(ImportState.Running), Answer(ImportState.Succeeded));
        server.Expirations = [1, 3];

        var run = await Import(server);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(3, server.Grants);
        Assert.Equal(books, Assert.Single(server.Uploaded).Bytes);
    }

    [Fact]
    public async Task A_server_that_is_away_for_a_moment_is_asked_again()
    {
        folder.Add("books.csv", "id,title\n");
        await using var server = await ApiStandIn.Start(Answer(ImportState.Succeeded));
        server.Absences = 3;

        Assert.Equal(0, (await Import(server)).ExitCode);
    }

    [Fact]
    public async Task A_wrong_password_is_said_before_anything_is_uploaded()
    {
        folder.Add("books.csv", "id,title\n");
        File.WriteAllText(passwordFile, "wrong");
        await using var server = await ApiStandIn.Start(Answer(ImportState.Succeeded));

        var run = await Import(server);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"does not accept this password for {ApiStandIn.Email}", run.Error, StringComparison.Ordinal);
        Assert.Empty(server.Uploaded);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        folder.Add("books.csv", "id,title\n");
        var url = $"http://127.0.0.1:{ApiStandIn.FreePort()}";

        var run = await CliRun.Of("import", folder.Path, "--url", url, "--password-file", passwordFile);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"cannot reach {url}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_shows_title_detail_and_fields()
    {
        folder.Add("books.csv", "id,title\n");
        await using var server = await ApiStandIn.StartRefusing(Results.ValidationProblem(
            new Dictionary<string, string[]> { ["source"] = ["is taken"] }, detail: "Nothing was read.", title: "The import is not possible"));

        var run = await Import(server);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("The import is not possible (400)", run.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was read.", run.Error, StringComparison.Ordinal);
        Assert.Contains("source: is taken", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_another_format_is_recognised()
    {
        folder.Add("BX-Books.csv", "x");

        var run = await CliRun.Of("import", folder.Path, "--password-file", passwordFile);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("no files to import", run.Error, StringComparison.Ordinal);
        Assert.Contains("--format book-crossing", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_password_file_is_named()
    {
        folder.Add("books.csv", "id,title\n");
        var missing = Path.Combine(secrets.Path, "missing");

        var run = await CliRun.Of("import", folder.Path, "--password-file", missing);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(missing, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("import")]
    [InlineData("import", "/no/such/folder")]
    [InlineData("import", "/", "--format", "nonsense")]
    [InlineData("import", "/", "--source", "Ümlaut")]
    [InlineData("import", "/", "--url", "nonsense")]
    [InlineData("nonsense")]
    public async Task Misuse_exits_2_and_says_why(params string[] args)
    {
        var run = await CliRun.Of(args);

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("bookrec: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_exits_0()
    {
        var run = await CliRun.Of("import", "--help");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("--password-file", run.Out, StringComparison.Ordinal);
    }

    Task<CliRun> Import(ApiStandIn server, params string[] more)
        => CliRun.Of(["import", folder.Path, "--url", server.Url.ToString(), "--password-file", passwordFile, .. more]);

    static Import Answer(ImportState state, double progress = 0, long rows = 0, long rejected = 0, ImportError[]? errors = null, string? reason = null) => new(
        ApiStandIn.ImportId, state, "bookrec", "shelf", progress, rows, Books: 1, Readers: 2, Interactions: 3, rejected, errors ?? [], reason, DateTimeOffset.UnixEpoch, null);
}
