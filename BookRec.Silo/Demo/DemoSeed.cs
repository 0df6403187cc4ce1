using System.Globalization;
using System.Reflection;
using System.Text.Json;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Imports;
using BookRec.Storage.Imports;
using Sylvan.Data.Csv;

namespace BookRec.Silo.Demo;

/// <summary>Reads the demo catalogue and its simulated readers in through the same pipeline as every import.</summary>
public sealed class DemoSeed(ImportPipeline pipeline, ImportLog log, TimeProvider time)
{
    /// <summary>The seeding in the log of imports: running until it is complete.</summary>
    private static readonly Guid s_import = new("0198a1b0-0000-7000-8000-b00c4ec00001");

    /// <summary>One seed for everybody: every fresh installation has the same readers.</summary>
    private const int RandomSeed = 20260101;

    /// <summary>Whether a seeding was begun and cut off; seeding again completes it.</summary>
    public async Task<bool> WasCutOff(CancellationToken cancellationToken) => await log.Find(s_import, cancellationToken) is { State: ImportState.Running };

    public async Task<ImportCounts> Seed(int readers, CancellationToken cancellationToken)
    {
        var status = new ImportStatus(
            s_import, ImportState.Running, ImportFormat.BookRec, DemoData.Source, 0, 0, 0, 0, 0, 0, [], null, time.GetUtcNow(), null);
        await log.Save(status, cancellationToken);
        var counts = await ReadIn(readers, cancellationToken);
        await log.Save(counts.In(status) with { State = ImportState.Succeeded, FinishedAt = time.GetUtcNow(), Progress = 1 }, cancellationToken);
        return counts;
    }

    private async Task<ImportCounts> ReadIn(int readers, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("bookrec-demo-");
        try
        {
            var books = new ImportFile("books.csv", Path.Combine(folder.FullName, "books.csv"));
            await using (var file = File.Create(books.Path))
            await using (var catalogue = Resource("catalogue.csv"))
                await catalogue.CopyToAsync(file, cancellationToken);
            var interactions = new ImportFile("interactions.csv", Path.Combine(folder.FullName, "interactions.csv"));
            await WriteInteractions(interactions.Path, readers, cancellationToken);
            return await pipeline.Run(ImportFormat.BookRec, DemoData.Source, AccountKind.Simulated, [books, interactions], null, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The demo catalogue as the repository has it.</summary>
    public static IReadOnlyList<DemoBook> Catalogue()
    {
        using var csv = CsvDataReader.Create(new StreamReader(Resource("catalogue.csv")));
        var (id, authors, language, tags) = (csv.GetOrdinal("id"), csv.GetOrdinal("authors"), csv.GetOrdinal("language"), csv.GetOrdinal("tags"));
        var books = new List<DemoBook>();
        while (csv.Read())
            books.Add(new DemoBook(csv.GetString(id), csv.GetString(authors).Split(';'), csv.GetString(language), csv.GetString(tags).Split(';')));
        return books;
    }

    public static IReadOnlyList<Taste> Tastes()
    {
        using var stream = Resource("tastes.json");
        return JsonSerializer.Deserialize<TasteFile>(stream, JsonSerializerOptions.Web)!.Tastes;
    }

    private static async Task WriteInteractions(string path, int readers, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(path);
        await writer.WriteAsync("user,book,rating,timestamp\n");
        foreach (var i in DemoReaders.Simulate(Catalogue(), Tastes(), readers, RandomSeed))
            await writer.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{i.Reader},{i.Book},{i.Rating},{i.Time}\n").AsMemory(), cancellationToken);
    }

    private static Stream Resource(string name)
        => Assembly.GetExecutingAssembly().GetManifestResourceStream($"BookRec.Silo.Demo.{name}") ?? throw new InvalidOperationException($"The build left out {name}.");

    private sealed record TasteFile(IReadOnlyList<Taste> Tastes);
}
