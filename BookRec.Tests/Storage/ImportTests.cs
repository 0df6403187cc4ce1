using System.IO.Compression;
using System.Text;
using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Interfaces.Imports;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Storage.Databases;
using BookRec.Storage.Imports;
using BookRec.Storage.Interactions;
using BookRec.Tests.Support;

namespace BookRec.Tests.Storage;

public sealed class ImportOnSqlite(TestPostgres postgres) : ImportTests(DatabaseEngine.Sqlite, postgres);

public sealed class ImportOnPostgres(TestPostgres postgres) : ImportTests(DatabaseEngine.PostgreSql, postgres);

public abstract class ImportTests(DatabaseEngine engine, TestPostgres postgres) : StoreTests(engine, postgres)
{
    private const string BooksHeader = "id,title,authors,year,language,tags,isbn13,description,average_rating,ratings_count,shelf\n";

    private const string TwoBooks = BooksHeader
        + "1,\"Good Omens, The Nice and Accurate Prophecies\",Terry Pratchett;Neil Gaiman,1990,eng,Fantasy;humour;fantasy,978-0-06-085398-3,,4.25,100,x\n"
        + "2,Dubliners,\"James Joyce, Jr.\",,,,,,,,\n";

    private readonly ImportFolder _folder = new();

    [Fact]
    public async Task Our_own_files_become_books_readers_and_interactions()
    {
        _folder.Add("books.csv", TwoBooks);
        _folder.Add("interactions.csv", "user,book,rating,timestamp,split\nann,1,4.5,1000000000,train\nann,2,,,\nbob,1,1,2001-09-09T01:46:40Z,test\n");
        _folder.Add("to_read.csv", "user,book,rating,timestamp\nbob,2,,\n");

        var counts = await Import(ImportFormat.BookRec);

        Assert.Equal((6, 2, 2, 4, 0), (counts.RowsRead, counts.Books, counts.Readers, counts.Interactions, counts.Rejected));
        Assert.Equal(1, counts.Progress);
        var omens = Assert.Single((await Books.Search(new BookQuery("omens"), new PageRequest(), Stop)).Items);
        Assert.Equal(["Terry Pratchett", "Neil Gaiman"], omens.Authors);
        Assert.Equal(["fantasy", "humour"], omens.Genres);
        Assert.Equal(
            (1990, "en", "9780060853983", 4.25, 100, "test:1"),
            (omens.Year, omens.Language, omens.Isbn, omens.AverageRating, omens.RatingsCount, omens.ExternalId));
        var joyce = Assert.Single((await Books.Search(new BookQuery("dubliners"), new PageRequest(), Stop)).Items);
        Assert.Equal(["James Joyce, Jr."], joyce.Authors);
        var feed = await Feed();
        Assert.Equal(
            [(joyce.Id, InteractionType.Finished, 0f, 0), (omens.Id, InteractionType.Rating, 4.5f, 11574),
                (joyce.Id, InteractionType.WantToRead, 0f, 0), (omens.Id, InteractionType.Rating, 1f, 11574)],
            feed.Select(i => (i.BookId, i.Type, i.Rating, i.Day)));

        // The source's numbers stand; the other book's are ours to work out.
        Assert.Equal(0, await Books.RefreshRatings(Stop));
    }

    [Fact]
    public async Task Importing_again_changes_nothing_and_brings_no_deleted_book_back()
    {
        _folder.Add("books.csv", TwoBooks);
        _folder.Add("interactions.csv", "user,book,rating,timestamp\nann,1,4,\nann,1,5,\nann,2,3,\n");
        var first = await Import(ImportFormat.BookRec);
        var deleted = Assert.Single((await Books.Search(new BookQuery("dubliners"), new PageRequest(), Stop)).Items);
        await Books.Delete(deleted.Id, null, Stop);
        var before = await ChangeNumbers();

        var again = await Import(ImportFormat.BookRec);

        Assert.Equal((2, 1, 2, 0), (first.Books, first.Readers, first.Interactions, first.Rejected));
        Assert.Equal((0, 0, 0, 0), (again.Books, again.Readers, again.Interactions, again.Rejected));
        Assert.Equal(1, await Books.Count(Stop));
        Assert.Equal(before, await ChangeNumbers());
        Assert.Equal([4f, 3f], (await Feed()).Select(i => i.Rating));
    }

    [Fact]
    public async Task Bad_rows_are_reported_with_their_lines_and_the_rest_goes_in()
    {
        _folder.Add(
            "books.csv",
            BooksHeader
            + "1,\"A title\nover two lines\",A,1990,,,,,,,\n" // lines 2 and 3
            + "2,,B,1991,,,,,,,\n" // 4
            + "\n" // 5, blank
            + "3,Three,C,MCMXC,,,,,,,\n" // 6
            + "4,Four,D,1990,,,,,6.5,,\n" // 7
            + "5,Five,E\n" // 8
            + ",Six,F,1990,,,,,,,\r\n" // 9
            + "7,\"Seven \"\"the\"\" best\",G,1990,,,,\"Three\n\nlines\",,,\n" // 10 to 12
            + "8,Eight,H,1990,,,,,,many,\n" // 13
            + "9,Nine,I,1990,,,,,,,"); // 14, no end of line
        _folder.Add(
            "interactions.csv",
            "user,book,rating,timestamp\n"
            + "ann,1,4,\n"
            + "ann,77,4,\n" // 3
            + "ann,7,five,\n" // 4
            + "ann,9,5.5,\n" // 5
            + "ann,9,4.2,\n" // 6
            + ",9,4,\n" // 7
            + "bob,9,4,yesterday\n" // 8
            + "bob,9,4,99999999999\n" // 9
            + "bob,9,4,2020-01-01,extra\n" // 10
            + "bob,9,4,2020-01-01\n");

        var counts = await Import(ImportFormat.BookRec);

        Assert.Equal((19, 3, 2, 2, 14), (counts.RowsRead, counts.Books, counts.Readers, counts.Interactions, counts.Rejected));
        Assert.Equal(
            [
                ("books.csv", 4, "title: missing"),
                ("books.csv", 6, "year: 'MCMXC' is not a year"),
                ("books.csv", 7, "average_rating: '6.5' is not a mean rating of 0.5 to 5"),
                ("books.csv", 8, "expected 11 columns, found 3"),
                ("books.csv", 9, "id: missing"),
                ("books.csv", 13, "ratings_count: 'many' is not a count"),
                ("interactions.csv", 3, "book: there is no book '77' of this source"),
                ("interactions.csv", 4, "rating: 'five' is not a number"),
                ("interactions.csv", 5, "rating: 5.5 is not 0.5 to 5 in halves"),
                ("interactions.csv", 6, "rating: 4.2 is not 0.5 to 5 in halves"),
                ("interactions.csv", 7, "user: missing"),
                ("interactions.csv", 8, "timestamp: 'yesterday' is neither Unix seconds nor an RFC 3339 time"),
                ("interactions.csv", 9, "timestamp: 99999999999 is in the future"),
                ("interactions.csv", 10, "expected 4 columns, found 5"),
            ],
            counts.Errors.Select(e => (e.File, (int)e.Line, e.Why)));
        Assert.Single((await Books.Search(new BookQuery("best"), new PageRequest(), Stop)).Items);
    }

    [Fact]
    public async Task One_bad_row_in_a_hundred_is_left_out_and_named()
    {
        var text = new StringBuilder("user,book,rating,timestamp\n");
        for (var i = 1; i <= 30_000; i++) text.Append($"user{i},1,{(i % 100 == 0 ? "x" : "4")},\n");
        _folder.Add("books.csv", TwoBooks);
        _folder.Add("interactions.csv", text.ToString());

        var counts = await Import(ImportFormat.BookRec);

        Assert.Equal((29_700, 29_700, 300), (counts.Readers, counts.Interactions, counts.Rejected));
        Assert.Equal(Enumerable.Range(1, 300).Select(i => (i * 100L) + 1), counts.Errors.Select(e => e.Line));
    }

    [Fact]
    public async Task At_most_a_thousand_bad_rows_are_named_and_all_are_counted()
    {
        _folder.Add("books.csv", BooksHeader + string.Concat(Enumerable.Repeat("1,,,,,,,,,,\n", 1500)));

        var counts = await Import(ImportFormat.BookRec);

        Assert.Equal((1500, 1000), (counts.Rejected, counts.Errors.Count));
        Assert.Equal(1001, counts.Errors[^1].Line);
    }

    [Fact]
    public async Task Gzip_is_told_by_the_content_not_by_the_name()
    {
        _folder.AddZipped("books.csv.gz", TwoBooks);
        _folder.AddZipped("interactions.csv", "user,book,rating,timestamp\nann,1,4,\n");
        _folder.Add("to_read.csv.gz", "user,book,rating,timestamp\nann,2,,\n");

        var counts = await Import(ImportFormat.BookRec);

        Assert.Equal((2, 1, 2, 0), (counts.Books, counts.Readers, counts.Interactions, counts.Rejected));
    }

    [Fact]
    public async Task Ratings_to_ten_are_halved_when_many_are_above_five()
    {
        _folder.Add("books.csv", TwoBooks);
        _folder.Add("interactions.csv", "user,book,rating,timestamp\na,1,9,\nb,1,10,\nc,1,1,\nd,1,11,\n");

        var counts = await Import(ImportFormat.BookRec);

        Assert.Equal([4.5f, 5f, 0.5f], (await Feed()).Select(i => i.Rating));
        Assert.Equal("rating: 11 is not a whole number of 1 to 10", Assert.Single(counts.Errors).Why);
    }

    [Theory]
    [InlineData("books.csv", "id,titel,authors,year,language,tags\n1,A,B,,,\n", "books.csv: the header has no column 'title'; it names 'id', 'titel', 'authors', 'year', 'language', 'tags'.")]
    [InlineData("interactions.csv", "1,2,3\n", "interactions.csv: the header has no column 'user'; it names '1', '2', '3'.")]
    [InlineData("interactions.csv", "", "interactions.csv: the file is empty; its first line must name the columns.")]
    [InlineData("ratings.csv", "user_id,book_id,rating\n", "No file of this format among the files; it knows books.csv, interactions.csv, to_read.csv.")]
    public async Task A_file_without_its_header_fails_the_import_and_says_why(string name, string text, string why)
    {
        _folder.Add(name, text);

        var failed = await Assert.ThrowsAsync<ImportFailedException>(() => Import(ImportFormat.BookRec));

        Assert.Equal(why, failed.Message);
    }

    [Fact]
    public async Task A_damaged_archive_fails_the_import_and_what_was_committed_stays()
    {
        _folder.Add("books.csv", TwoBooks);
        _folder.AddZipped("interactions.csv.gz", "user,book,rating,timestamp\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"u{i * 7919},1,4,\n")), cut: 200);

        var failed = await Assert.ThrowsAsync<ImportFailedException>(() => Import(ImportFormat.BookRec));

        Assert.StartsWith("interactions.csv.gz: ", failed.Message, StringComparison.Ordinal);
        Assert.Equal(2, await Books.Count(Stop));
    }

    [Fact]
    public async Task An_archive_that_is_damaged_from_the_start_is_named()
    {
        _folder.AddZipped("books.csv.gz", TwoBooks, cut: 30);

        var failed = await Assert.ThrowsAsync<ImportFailedException>(() => Import(ImportFormat.BookRec));

        Assert.StartsWith("books.csv.gz: ", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_off_import_is_completed_by_repeating_it()
    {
        var text = new StringBuilder("user,book,rating,timestamp\n");
        for (var i = 0; i < 50_000; i++) text.Append($"user{i / 2},{(i % 2) + 1},4,\n");
        _folder.Add("books.csv", TwoBooks);
        _folder.Add("interactions.csv", text.ToString());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var told = new List<ImportCounts>();
        var progress = new Told(counts =>
        {
            told.Add(counts);
            if (counts.Interactions > 0) stop.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Pipeline.Run(ImportFormat.BookRec, "test", AccountKind.Imported, _folder.Files, progress, stop.Token));
        var committed = await Interactions.Count(Stop);
        var rest = await Import(ImportFormat.BookRec);

        Assert.Equal(told[^1].Interactions, committed);
        Assert.InRange(committed, 1, 49_999);
        Assert.InRange(told[^1].Progress, 0.01, 0.99);
        Assert.Equal(50_000 - committed, rest.Interactions);
        Assert.Equal(50_000, await Interactions.Count(Stop));
    }

    [Fact]
    public async Task Goodbooks_files_as_published_are_read_tags_and_all()
    {
        _folder.Add(
            "books.csv",
            "book_id,goodreads_book_id,best_book_id,work_id,books_count,isbn,isbn13,authors,original_publication_year,original_title,title,language_code,average_rating,ratings_count\n"
            + "1,500,1,1,1,43902348,9.78043902348e+12,\"Ann Author, Bob Writer\",2008.0,Orig,First Book,en-US,4.5,12\n"
            + "2,600,1,1,1,,,Cy Scribe,-750.0,,Second Book,,0,0\n");
        _folder.Add("ratings.csv", "user_id,book_id,rating\n7,1,5\n7,2,3\n8,9,3\n8,2,\n8,2,0\n");
        _folder.Add("to_read.csv", "user_id,book_id\n8,1\n");
        _folder.Add("tags.csv", "tag_id,tag_name\n1,to-read\n2,Fantasy\n3,-young-adult\n4,2008\n");
        _folder.Add("book_tags.csv", "goodreads_book_id,tag_id,count\n500,1,900\n500,3,5\n500,2,50\n500,4,7\n600,2,x\n");

        var counts = await Import(ImportFormat.Goodbooks);

        Assert.Equal((2, 2, 3, 4), (counts.Books, counts.Readers, counts.Interactions, counts.Rejected));
        Assert.Equal(
            [("book_tags.csv", 6), ("ratings.csv", 4), ("ratings.csv", 5), ("ratings.csv", 6)], counts.Errors.Select(e => (e.File, (int)e.Line)));
        var first = Assert.Single((await Books.Search(new BookQuery("first"), new PageRequest(), Stop)).Items);
        Assert.Equal(["fantasy", "young-adult"], first.Genres);
        Assert.Equal(["Ann Author", "Bob Writer"], first.Authors);
        Assert.Equal((2008, "en-us", "test:1", 4.5, 12), (first.Year, first.Language, first.ExternalId, first.AverageRating, first.RatingsCount));
        Assert.Equal(-750, Assert.Single((await Books.Search(new BookQuery("second"), new PageRequest(), Stop)).Items).Year);
        Assert.Equal([InteractionType.Rating, InteractionType.Rating, InteractionType.WantToRead], (await Feed()).Select(i => i.Type));
    }

    [Fact]
    public async Task The_first_release_of_goodbooks_names_its_columns_differently()
    {
        _folder.Add("books.csv", "id,book_id,authors,original_publication_year,title\n1,500,A,2008.0,First\n");
        _folder.Add("tags.csv", "tag_id,tag_name\n2,fantasy\n");
        _folder.Add("book_tags.csv", "goodreads_book_id,tag_id,count\n500,2,50\n");
        _folder.Add("ratings.csv", "book_id,user_id,rating\n1,7,5\n");

        var counts = await Import(ImportFormat.Goodbooks);

        Assert.Equal((1, 1, 0), (counts.Books, counts.Interactions, counts.Rejected));
        Assert.Equal("test:1", Assert.Single((await Books.Search(new BookQuery(Genre: "fantasy"), new PageRequest(), Stop)).Items).ExternalId);
    }

    [Fact]
    public async Task Book_Crossing_files_are_read_broken_rows_and_all()
    {
        _folder.Add(
            "BX-Books.csv",
            "\"ISBN\";\"Book-Title\";\"Book-Author\";\"Year-Of-Publication\";\"Publisher\"\r\n"
            + "\"0195153448\";\"Caf\u00E9 \\\"Europa\\\"\";\"O. &amp; P. Writer\";\"2002\";\"Press; Inc\"\r\n"
            + "\"078946697x\";\"Level 4 (Readers)\\\"\";\"M. T.\";\"0\";\"DK\"\r\n"
            + "\"0789466953\";\"Shifted\";\"2000\";\"DK Publishing Inc\";\"http\"\r\n" // line 4
            + "\"0000000001\";\"An \"unescaped\" quote\";\"X\";\"1999\";\"Y\"\r\n"
            + "\"0000000002\";\"Too\";\"many\";\"1999\";\"Y\";\"Z\"\r\n" // line 6
            + "\"0000000003\";\"never closed;\"X\";\"1999\";\"Y\r\n" // line 7
            + "\"0000000004\";\"After\";NULL;\"1999\";\"Y\"\r\n",
            Encoding.Latin1);
        _folder.Add("BX-Users.csv", "\"User-ID\";\"Location\";\"Age\"\r\n\"1\";\"nyc, usa\";NULL\r\n", Encoding.Latin1);
        _folder.Add(
            "BX-Book-Ratings.csv",
            "\"User-ID\";\"ISBN\";\"Book-Rating\"\r\n\"1\";\"0195153448\";\"0\"\r\n\"1\";\"078946697X\";\"7\"\r\n\"2\";\"9999999999\";\"7\"\r\n\"2\";\"0195153448\";\"11\"\r\n",
            Encoding.Latin1);

        var counts = await Import(ImportFormat.BookCrossing);

        Assert.Equal((4, 1, 2, 5), (counts.Books, counts.Readers, counts.Interactions, counts.Rejected));
        Assert.Equal(
            [("BX-Books.csv", 4), ("BX-Books.csv", 6), ("BX-Books.csv", 7), ("BX-Book-Ratings.csv", 4), ("BX-Book-Ratings.csv", 5)],
            counts.Errors.Select(e => (e.File, (int)e.Line)));
        var cafe = Assert.Single((await Books.Search(new BookQuery("cafe"), new PageRequest(), Stop)).Items);
        Assert.Equal(("Café \"Europa\"", "O. & P. Writer", "0195153448"), (cafe.Title, cafe.Authors[0], cafe.Isbn));
        var level = Assert.Single((await Books.Search(new BookQuery("level"), new PageRequest(), Stop)).Items);
        Assert.Equal(("Level 4 (Readers)\"", null, "test:078946697X"), (level.Title, level.Year, level.ExternalId));
        Assert.Equal([(InteractionType.Finished, 0f), (InteractionType.Rating, 3.5f)], (await Feed()).Select(i => (i.Type, i.Rating)));
    }

    [Fact]
    public async Task A_Book_Crossing_file_whose_lines_do_not_end_is_refused()
    {
        const string header = "\"ISBN\";\"Book-Title\";\"Book-Author\";\"Year-Of-Publication\"\n";
        _folder.AddZipped("BX-Books.csv", header + "\"0195153448\";\"One\";\"Nobody\";\"2002\"\n" + new string('x', 3_000_000));

        var refused = await Assert.ThrowsAsync<ImportFailedException>(() => Import(ImportFormat.BookCrossing));

        Assert.Equal("BX-Books.csv: cannot be read on after line 2: the row after it has more than 1048576 characters.", refused.Message);
    }

    [Fact]
    public async Task Two_sources_with_the_same_ids_never_meet()
    {
        _folder.Add("books.csv", TwoBooks);
        _folder.Add("interactions.csv", "user,book,rating,timestamp\nann,1,4,\n");

        await Import(ImportFormat.BookRec, "one");
        var second = await Import(ImportFormat.BookRec, "two");

        Assert.Equal((2, 1, 1), (second.Books, second.Readers, second.Interactions));
    }

    [Theory]
    [InlineData(ImportFormat.BookRec, "books.csv.gz", true)]
    [InlineData(ImportFormat.BookRec, "some/folder/To_Read.CSV", true)]
    [InlineData(ImportFormat.BookRec, "ratings.csv", false)]
    [InlineData(ImportFormat.Goodbooks, "ratings.csv", true)]
    [InlineData(ImportFormat.BookCrossing, "BX-Book-Ratings.csv", true)]
    [InlineData(ImportFormat.BookCrossing, "books.csv", false)]
    public void A_format_knows_its_files(ImportFormat format, string name, bool known) => Assert.Equal(known, ImportPipeline.Knows(format, name));

    private ImportPipeline Pipeline => new(Database, Time);

    private Task<ImportCounts> Import(ImportFormat format, string source = "test")
        => Pipeline.Run(format, source, AccountKind.Imported, _folder.Files, null, Stop);

    private async Task<List<TrainingInteraction>> Feed() => await Interactions.TrainingFeed(Stop).ToListAsync(Stop);

    /// <summary>Files to import, in a folder of their own.</summary>
    private sealed class ImportFolder
    {
        private readonly string _path = Directory.CreateTempSubdirectory("bookrec-import-").FullName;

        public List<ImportFile> Files { get; } = [];

        public void Add(string name, string text, Encoding? encoding = null) => Add(name, (encoding ?? Encoding.UTF8).GetBytes(text));

        public void AddZipped(string name, string text, int cut = 0)
        {
            using var zipped = new MemoryStream();
            using (var zip = new GZipStream(zipped, CompressionLevel.Fastest)) zip.Write(Encoding.UTF8.GetBytes(text));
            var bytes = zipped.ToArray();
            Add(name, bytes[..^cut]);
        }

        private void Add(string name, byte[] bytes)
        {
            var path = Path.Combine(_path, name);
            File.WriteAllBytes(path, bytes);
            Files.Add(new ImportFile(name, path));
        }
    }

    private sealed class Told(Action<ImportCounts> tell) : IProgress<ImportCounts>
    {
        public void Report(ImportCounts value) => tell(value);
    }
}
