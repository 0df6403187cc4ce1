using System.CommandLine;
using BookRec.Cli.Output;
using BookRec.Cli.Server;
using BookRec.Client;
using BookRec.Client.Imports;
using Spectre.Console;

namespace BookRec.Cli.Imports;

/// <summary><c>import DIR</c>: uploads a folder's files and follows the server while it reads them.</summary>
static class ImportCommand
{
    const int ShownErrors = 10;

    public static Command Create(CliEnvironment environment)
    {
        var folder = new Argument<DirectoryInfo>("DIR") { Description = "The folder with the files, plain or .gz" };
        folder.AcceptExistingOnly();
        var format = new Option<string>("--format")
        {
            Description = "How the files are laid out",
            DefaultValueFactory = _ => ImportFiles.Formats[0],
        };
        format.AcceptOnlyFromAmong([.. ImportFiles.Formats]);
        var source = new Option<string?>("--source")
        {
            Description = "Where the data is from: prefixes its ids, so that two sources never mix; the folder's name unless given",
        };
        source.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<string?>() is { } text && !ImportFiles.IsSource(text))
                given.AddError($"--source takes 1 to 64 of a-z, 0-9, '.', '_' and '-', not '{text}'");
        });

        var command = new Command("import", "Upload a folder of books and interactions") { folder, format, source };
        var server = new ServerOptions(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var directory = parsed.GetRequiredValue(folder);
            var layout = parsed.GetRequiredValue(format);
            var files = FilesIn(directory, layout);
            var origin = parsed.GetValue(source) ?? ImportFiles.SourceOf(directory);
            return await server.Run(parsed, environment, client => Run(environment, client, Words.Read<ImportFormat>(layout), origin, files, cancellationToken));
        });
        return command;
    }

    static IReadOnlyList<FileInfo> FilesIn(DirectoryInfo folder, string format)
    {
        if (ImportFiles.In(folder, format) is { Count: > 0 } files)
            return files;
        var hint = ImportFiles.Guess(folder) is { } other ? [$"The files there look like --format {other}."] : Array.Empty<string>();
        throw new CliException(
            $"no files to import in {folder.FullName}",
            [$"The format {format} has {string.Join(", ", ImportFiles.Names(format))}, each plain or .gz.", .. hint],
            CommandLine.Misused);
    }

    static async Task<int> Run(
        CliEnvironment environment, BookRecClient client, ImportFormat format, string source, IReadOnlyList<FileInfo> files, CancellationToken cancellationToken)
    {
        environment.Out.Say($"{string.Join(", ", files.Select(file => file.Name))} as source {source}");
        var upload = await ProgressDisplay.Show(environment, "Uploading", update => Upload(environment, client, format, source, files, update, cancellationToken));

        var start = environment.Time.GetTimestamp();
        var import = await ProgressDisplay.Show(environment, "Importing", update => Follow(environment, client, upload.Id, start, update, cancellationToken));
        Report(environment.Out, import, environment.Time.GetElapsedTime(start));
        if (import.State == ImportState.Succeeded)
            return CommandLine.Succeeded;
        environment.Error.Say($"bookrec: the import failed: {import.Reason ?? "the server gives no reason"}");
        return CommandLine.Failed;
    }

    static Task<Import> Upload(
        CliEnvironment environment, BookRecClient client, ImportFormat format, string source, IReadOnlyList<FileInfo> files, ProgressUpdate update, CancellationToken cancellationToken)
    {
        var total = files.Sum(file => file.Length);
        var start = environment.Time.GetTimestamp();
        return client.Imports.Start(format, [.. files.Select(file => ImportFile.At(file.FullName))], source, new Told(Sent), cancellationToken);

        void Sent(long bytes)
        {
            var fraction = total == 0 ? 1 : Math.Min(1, (double)bytes / total);
            var speed = Rate(bytes, environment.Time.GetElapsedTime(start));
            update(fraction, $"{ConsoleText.Size(bytes)} of {ConsoleText.Size(total)}, {ConsoleText.Size(speed)}/s");
        }
    }

    static async Task<Import> Follow(
        CliEnvironment environment, BookRecClient client, Guid id, long start, ProgressUpdate update, CancellationToken cancellationToken)
    {
        while (true)
        {
            var import = await client.Imports.Get(id, cancellationToken);
            var rate = Rate(import.RowsRead, environment.Time.GetElapsedTime(start));
            update(import.Progress, $"{ConsoleText.Count(import.RowsRead)} rows, {ConsoleText.Count(rate)} rows/s");
            if (import.State is ImportState.Succeeded or ImportState.Failed)
                return import;
            await Task.Delay(environment.PollInterval, environment.Time, cancellationToken);
        }
    }

    static void Report(IAnsiConsole console, Import import, TimeSpan took)
    {
        console.Write(console.NewTable("Import", import.Id.ToString())
            .Row("state", Words.Of(import.State))
            .Row("rows read", ConsoleText.Count(import.RowsRead))
            .Row("books added or changed", ConsoleText.Count(import.Books))
            .Row("readers added", ConsoleText.Count(import.Readers))
            .Row("interactions added", ConsoleText.Count(import.Interactions))
            .Row("rows refused", ConsoleText.Count(import.Rejected))
            .Row("time", $"{ConsoleText.Seconds(took)}, {ConsoleText.Count(Rate(import.RowsRead, took))} rows/s"));

        foreach (var error in import.Errors.Take(ShownErrors))
            console.Say($"{error.File}:{error.Line}: {error.Why}");
        if (import.Rejected > ShownErrors)
            console.Say($"… and {ConsoleText.Count(import.Rejected - ShownErrors)} more refused rows");
    }

    /// <summary>Tells at once and in order, which <see cref="Progress{T}"/> does not.</summary>
    sealed class Told(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }

    static double Rate(double amount, TimeSpan time) => time > TimeSpan.Zero ? amount / time.TotalSeconds : 0;
}
