using BookRec.Cli.Imports;

namespace BookRec.Tests.Cli;

public sealed class ImportFilesTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_format_has_its_own_files_in_its_own_order()
    {
        string[] names =
            ["BX-Book-Ratings.csv", "BX-Books.csv", "BX-Users.csv", "book_tags.csv", "books.csv", "interactions.csv", "ratings.csv", "tags.csv", "to_read.csv"];
        foreach (var name in names)
            folder.Add(name, "");

        Assert.Equal(["books.csv", "interactions.csv", "to_read.csv"], In("bookrec"));
        Assert.Equal(["books.csv", "tags.csv", "book_tags.csv", "ratings.csv", "to_read.csv"], In("goodbooks"));
        Assert.Equal(["BX-Books.csv", "BX-Users.csv", "BX-Book-Ratings.csv"], In("book-crossing"));
    }

    [Fact]
    public void Names_count_whole_and_in_either_case()
    {
        foreach (var name in new[] { "Books.CSV", "interactions-1.csv", "old-books.csv", "to_read.csv.GZ", "books.txt" })
            folder.Add(name, "");

        Assert.Equal(["Books.CSV", "to_read.csv.GZ"], In("bookrec"));
    }

    [Fact]
    public void Of_a_plain_and_a_packed_file_only_one_is_taken()
    {
        folder.Add("books.csv", "");
        folder.Add("books.csv.gz", "");

        Assert.Equal(["books.csv.gz"], In("bookrec"));
    }

    [Fact]
    public void The_format_that_fits_most_files_is_guessed()
    {
        Assert.Null(ImportFiles.Guess(folder.Folder));

        foreach (var name in new[] { "books.csv", "ratings.csv", "tags.csv" })
            folder.Add(name, "");

        Assert.Equal("goodbooks", ImportFiles.Guess(folder.Folder));
    }

    [Theory]
    [InlineData("Goodbooks 10k (v1)", "goodbooks-10k--v1-")]
    [InlineData("book-crossing_20.core", "book-crossing_20.core")]
    [InlineData("Bücher", "b-cher")]
    public void A_source_is_named_after_the_folder(string name, string source)
    {
        Assert.Equal(source, ImportFiles.SourceOf(folder.Subfolder(name)));
        Assert.True(ImportFiles.IsSource(source));
    }

    [Fact]
    public void A_source_name_has_at_most_64_characters()
        => Assert.Equal(new string('a', 64), ImportFiles.SourceOf(folder.Subfolder(new string('a', 70))));

    IEnumerable<string> In(string format) => ImportFiles.In(folder.Folder, format).Select(file => file.Name);
}
