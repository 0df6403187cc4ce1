using System.Globalization;
using System.Reflection;
using System.Text.Json;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Imports;
using BookRec.Storage.Imports;
using Sylvan.Data.Csv;

namespace BookRec.Silo.Demo;

/// <summary>Reads the demo catalogue and its simulated readers in through the same pipeline as every import.</summary>
public sealed class DemoSeed(ImportPipeline pipeline)
{
    /// <summary>Under which the import log knows the reading in of the demo.</summary>
    public static readonly Guid ImportId = new("00000000-0000-7000-8000-00000000de30");

    /// <summary>One seed for everybody: every fresh installation has the same readers.</summary>
    private const int RandomSeed = 20260101;

    public async Task<ImportCounts> Seed(int readers, CancellationToken cancellationToken)
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
