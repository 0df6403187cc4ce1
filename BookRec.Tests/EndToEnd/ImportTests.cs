using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using BookRec.Storage.Interactions;
using BookRec.Tests.Support;

namespace BookRec.Tests.EndToEnd;

/// <summary>Imports over HTTP: bad rows, repetition, a kill in the middle, and the demo that makes way.</summary>
public sealed class ImportTests
{
    /// <summary>What may be wrong with a row, and how the refusal begins.</summary>
    private static readonly (string Row, string Why)[] s_broken =
    [
        ("1,2,eleven,1600000000", "rating: 'eleven' is not a number"), ("1,2,4.7,1600000000", "rating: 4.7 is not 0.5 to 5 in halves"),
        ("1,nowhere,4,1600000000", "book: there is no book 'nowhere'"), (",2,4,1600000000", "user: missing"),
        ("1,2,4,yesterday", "timestamp: 'yesterday' is neither"), ("1,2,4", "expected 4 columns, found 3"),
        ("1,2,4,99999999999", "timestamp: 99999999999 is in the future"),
    ];

    [Fact]
    public async Task Bad_rows_are_reported_the_rest_goes_in_once_and_the_demo_makes_way()
    {
        await using var app = await RunningApp.Start(RunningApp.Small);
        var reader = await app.NewReader();
        var (touched, untouched) = (await reader.BookId("Dune"), await reader.BookId("The Hobbit"));
        await reader.Record(touched, "like");
        await reader.Get($"/api/books/{untouched}");

        await using var database = app.OpenDatabase();
        var store = new InteractionStore(database, TimeProvider.System);
        var demo = await store.Count();

        // What brings nothing takes nothing away.
        Counts(await app.Import("sample", ("books.csv", "id,title,authors,year,language,tags\n1,One\n"u8.ToArray())), "succeeded", 0, 0, 0, rejected: 1, rows: 1);
        Assert.Equal(demo, await store.Count());

        // Every hundredth row is broken.
        var (books, clean) = SampleFiles.Clean(books: 50, readers: 100, each: 20);
        var rows = clean.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToList();
        var expected = new List<(long Line, string Why)>();
        for (var line = 100; line <= 2000; line += 100)
        {
            var (row, why) = s_broken[line / 100 % s_broken.Length];
            rows.Insert(line - 1, row);
            expected.Add((line, why));
        }

        var interactions = string.Join('\n', rows) + "\n";
        books += "51,,Nobody,1990,en,poetry\n52,The year that was not,Nobody,MCMXC,en,poetry\n";
        var first = await app.Import("sample", ("books.csv", Encoding.UTF8.GetBytes(books)), ("interactions.csv", Encoding.UTF8.GetBytes(interactions)));
        Counts(first, "succeeded", books: 50, readers: 100, interactions: 2000, rejected: 22, rows: 2072);
        var errors = first["errors"]!.AsArray().Select(e => ((string)e!["file"]!, (long)e["line"]!, (string)e["why"]!)).ToList();
        Assert.Equal(("books.csv", 52, "title: missing"), errors[0]);
        Assert.Equal(("books.csv", 53, "year: 'MCMXC' is not a year"), errors[1]);
        Assert.All(errors.Skip(2).Zip(expected), pair =>
        {
            Assert.Equal(("interactions.csv", pair.Second.Line), (pair.First.Item1, pair.First.Item2));
            Assert.StartsWith(pair.Second.Why, pair.First.Item3, StringComparison.Ordinal);
        });

        // The demo is gone, apart from the book somebody did something with; the silo learns of it from the catalogue feed.
        await app.Until(
            async () =>
            {
                using var gone = await reader.GetAsync($"/api/books/{untouched}");
                return gone.StatusCode == HttpStatusCode.NotFound;
            },
            "the demo to be gone");
        Assert.Equal(touched, (long)(await reader.Get($"/api/books/{touched}"))["id"]!);
        Assert.Equal(1, await reader.HistoryLength());
        Assert.Equal(2001, await store.Count());
        Assert.DoesNotContain(untouched, (await reader.Top("n=100&strategy=popular")).Ids);

        foreach (var pack in (Func<string, byte[]>[])[Encoding.UTF8.GetBytes, SampleFiles.Gzip])
        {
            var suffix = pack == SampleFiles.Gzip ? ".gz" : "";
            Counts(await app.Import("sample", ($"books.csv{suffix}", pack(books)), ($"interactions.csv{suffix}", pack(interactions))), "succeeded", 0, 0, 0, 22, 2072);
        }

        Assert.Equal(2001, await store.Count());
    }

    [Fact]
    public async Task An_import_killed_in_the_middle_ends_as_failed_and_repeating_it_completes_it()
    {
        const int readers = 4_000, each = 50;
        await using var app = await RunningApp.Start(("BookRec__Silo__Demo", "false"));
        var (books, interactions) = SampleFiles.Clean(books: 500, readers, each);
        (string, byte[])[] files = [("books.csv", Encoding.UTF8.GetBytes(books)), ("interactions.csv.gz", SampleFiles.Gzip(interactions))];
        var admin = await app.Admin();
        var location = await app.BeginImport("sample", files);
        JsonObject status = [];
        await app.Until(async () => (long)(status = await admin.Get(location))["interactions"]! > 0, "the import to have committed something");
        await app.Kill();
        Assert.Equal("running", (string)status["state"]!);

        // In a cluster the import is ended by another silo, which cannot reach the files.
        var endedElsewhere = Directory.CreateDirectory(Path.Combine(app.DataDirectory, "spool", $"{Guid.NewGuid():N}"));
        await File.WriteAllTextAsync(Path.Combine(endedElsewhere.FullName, "books.csv"), books);

        await app.Launch();
        var broken = await admin.Get(location);
        Assert.Equal("failed", (string)broken["state"]!);
        Assert.Contains("again", (string)broken["reason"]!, StringComparison.Ordinal);
        Assert.NotNull(broken["finished_at"]);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(app.DataDirectory, "spool")));
        await using var database = app.OpenDatabase();
        var store = new InteractionStore(database, TimeProvider.System);
        var committed = await store.Count();
        Assert.InRange(committed, (long)status["interactions"]!, (readers * each) - 1);

        var repeated = await app.Import("sample", files);
        Assert.Equal(("succeeded", (readers * each) - committed), ((string)repeated["state"]!, (long)repeated["interactions"]!));
        Assert.Equal(readers * each, await store.Count());
        Counts(await app.Import("sample", files), "succeeded", books: 0, readers: 0, interactions: 0, rejected: 0, rows: 500 + (readers * each));
    }

    private static void Counts(JsonObject import, string state, long books, long readers, long interactions, long rejected, long rows)
    {
        var found = (string)import["state"]! + string.Concat(((string[])["books", "readers", "interactions", "rejected", "rows_read"]).Select(n => $", {n} {(long)import[n]!}"));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{state}, books {books}, readers {readers}, interactions {interactions}, rejected {rejected}, rows_read {rows}"), found);
    }
}
