using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Storage.Databases;
using BookRec.Tests.Support;

namespace BookRec.Tests.Storage;

public sealed class BookSearchOnSqlite(TestPostgres postgres) : BookSearchTests(DatabaseEngine.Sqlite, postgres);

public sealed class BookSearchOnPostgres(TestPostgres postgres) : BookSearchTests(DatabaseEngine.PostgreSql, postgres);

public abstract class BookSearchTests(DatabaseEngine engine, TestPostgres postgres) : StoreTests(engine, postgres)
{
    [Theory]
    [InlineData("hundred years", "One Hundred Years of Solitude")]
    [InlineData("HUND sol", "One Hundred Years of Solitude")]
    [InlineData("garcia years", "One Hundred Years of Solitude")]
    [InlineData("gabriél", "One Hundred Years of Solitude")]
    [InlineData("miserables", "Les Misérables")]
    [InlineData("MISÉRABLES hugo", "Les Misérables")]
    [InlineData("mise\u0301rables", "Les Misérables")]
    [InlineData("obrien", "The Things They Carried")]
    [InlineData("O'Brien", "The Things They Carried")]
    [InlineData("  ", "Les Misérables|One Hundred Years of Solitude|The Things They Carried")]
    public async Task Words_match_words_and_beginnings_whatever_case_and_accents(string text, string titles)
    {
        await AddThree();

        Assert.Equal(titles.Split('|'), await Titles(new BookQuery(text)));
    }

    [Theory]
    [InlineData("solitdue", "One Hundred Years of Solitude")]
    [InlineData("misrable", "Les Misérables")]
    [InlineData("hundrd", "One Hundred Years of Solitude")]
    [InlineData("thigns carried", "The Things They Carried")]
    [InlineData("hugp", "Les Misérables")]
    public async Task A_word_that_begins_none_matches_those_a_typing_error_away(string text, string title)
    {
        await AddThree();

        Assert.Equal([title], await Titles(new BookQuery(text)));
    }

    [Theory]
    [InlineData("teh")]
    [InlineData("hyndrdd")]
    [InlineData("hundred miserables")]
    [InlineData("xyzzyxyzzy")]
    [InlineData("!!!")]
    [InlineData("100%_'\"")]
    public async Task Words_too_short_too_far_or_of_different_books_match_nothing(string text)
    {
        await AddThree();

        Assert.Empty(await Titles(new BookQuery(text)));
    }

    [Fact]
    public async Task A_word_that_begins_another_is_not_taken_for_a_misspelt_one()
    {
        await AddBook("Cats");
        await AddBook("Carts");

        Assert.Equal(["Carts"], await Titles(new BookQuery("cart")));
    }

    [Fact]
    public async Task An_author_is_looked_for_among_authors_only()
    {
        await AddBook("Hugo's biography", "Graham Robb");
        await AddBook("Les Misérables", "Victor Hugo");

        Assert.Equal(["Les Misérables"], await Titles(new BookQuery(Author: "hugo")));
        Assert.Equal(["Les Misérables"], await Titles(new BookQuery(Author: "victr HUG")));
        Assert.Equal(2, (await Titles(new BookQuery("hugo"))).Count);
    }

    [Fact]
    public async Task Genre_language_and_years_narrow_the_list()
    {
        await AddBook("A", year: 1990, language: "en", genres: ["Science Fiction"]);
        await AddBook("B", year: 2000, language: "en-GB", genres: ["science fiction", "classics"]);
        await AddBook("C", year: 2010, language: "eng", genres: ["science"]);
        await AddBook("D", language: "enm");

        Assert.Equal(["A", "B"], await Titles(new BookQuery(Genre: "SCIENCE fiction")));
        Assert.Equal(["A", "B", "C"], await Titles(new BookQuery(Language: "EN")));
        Assert.Equal(["B"], await Titles(new BookQuery(Language: "en-gb")));
        Assert.Equal(["B", "C"], await Titles(new BookQuery(YearFrom: 2000)));
        Assert.Equal(["A", "B"], await Titles(new BookQuery(YearTo: 2000)));
        Assert.Equal(["B"], await Titles(new BookQuery(Genre: "classics", Language: "en", YearFrom: 2000, YearTo: 2000)));
    }

    [Fact]
    public async Task An_updated_book_is_found_by_its_new_words_only()
    {
        var book = await AddBook("Old words", genres: ["old"]);

        await Books.Update(book.Id, new BookDraft("New ones", [], Genres: ["new"]), null, Stop);

        Assert.Empty(await Titles(new BookQuery("old")));
        Assert.Empty(await Titles(new BookQuery(Genre: "old")));
        Assert.Equal(["New ones"], await Titles(new BookQuery("new", Genre: "new")));
    }

    [Fact]
    public async Task Titles_are_ordered_without_regard_to_case_and_accents()
    {
        foreach (var title in (string[])["zebra", "Éclair", "apple", "Banana"]) await AddBook(title);

        Assert.Equal(["apple", "Banana", "Éclair", "zebra"], await Titles(new BookQuery(Sort: BookSort.Title)));
    }

    [Fact]
    public async Task Unknown_years_come_last_in_both_directions()
    {
        await AddBook("unknown");
        await AddBook("old", year: -700);
        await AddBook("new", year: 2020);

        Assert.Equal(["new", "old", "unknown"], await Titles(new BookQuery(Sort: BookSort.Newest)));
        Assert.Equal(["old", "new", "unknown"], await Titles(new BookQuery(Sort: BookSort.Oldest)));
    }

    [Theory]
    [InlineData(BookSort.Rating, "loved", "liked", "liked too", "endured", "unknown", "unknown too")]
    [InlineData(BookSort.Popular, "liked", "loved", "endured", "liked too", "unknown", "unknown too")]
    public async Task Books_are_ordered_by_what_readers_gave_them_whatever_the_page(BookSort sort, params string[] titles)
    {
        var (first, second, third) = (await AddReader("1@example.org"), await AddReader("2@example.org"), await AddReader("3@example.org"));
        await Rate("endured", 0.5, first);
        await Rate("liked", 3.5, first, second, third);
        await Rate("liked too", 3.5, second);
        await Rate("loved", 5, first, third);
        await AddBook("unknown");
        await AddBook("unknown too");
        await Books.RefreshRatings(Stop);

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Books.Search(new BookQuery(Sort: sort), new PageRequest(1, cursor), Stop);
            seen.AddRange(page.Items.Select(b => b.Title));
            cursor = page.NextCursor;
        }
        while (cursor is not null && seen.Count < 10);

        Assert.Equal(titles, seen);
    }

    [Theory]
    [InlineData(BookSort.Popular)]
    [InlineData(BookSort.Title)]
    [InlineData(BookSort.Newest)]
    [InlineData(BookSort.Oldest)]
    [InlineData(BookSort.Rating)]
    public async Task Pages_neither_repeat_nor_lose_a_book_while_others_are_added(BookSort sort)
    {
        for (var i = 0; i < 12; i++) await AddBook($"Book {i % 5}", year: i % 3 == 0 ? null : 2000 + (i % 4));
        var before = (await Books.Search(new BookQuery(Sort: sort), new PageRequest(100), Stop)).Items.Select(b => b.Id).ToList();
        var seen = new List<long>();
        string? cursor = null;
        do
        {
            var page = await Books.Search(new BookQuery(Sort: sort), new PageRequest(5, cursor), Stop);
            seen.AddRange(page.Items.Select(b => b.Id));
            cursor = page.NextCursor;
            await AddBook("Aaa", year: 2100);
            await AddBook("Zzz", year: 1800);
        }
        while (cursor is not null && seen.Count < 100);

        Assert.Equal(seen.Distinct(), seen);
        Assert.Equal(before, seen.Intersect(before));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("")]
    public async Task A_cursor_that_is_none_of_ours_is_refused(string cursor)
    {
        var refused = await Assert.ThrowsAsync<RejectedException>(() => Books.Search(new BookQuery(), new PageRequest(5, cursor), Stop));

        Assert.Equal((RejectionKind.Invalid, "cursor"), (refused.Kind, refused.Field));
    }

    [Fact]
    public async Task A_cursor_of_another_query_or_order_is_refused()
    {
        for (var i = 0; i < 3; i++) await AddBook($"Book {i}");
        var cursor = (await Books.Search(new BookQuery("book"), new PageRequest(1), Stop)).NextCursor;

        foreach (var other in (BookQuery[])[new("book", Sort: BookSort.Title), new("books"), new("book", YearFrom: 1)])
        {
            var refused = await Assert.ThrowsAsync<RejectedException>(() => Books.Search(other, new PageRequest(1, cursor), Stop));
            Assert.Equal("cursor", refused.Field);
        }

        Assert.Single((await Books.Search(new BookQuery("  BOOK "), new PageRequest(1, cursor), Stop)).Items);
    }

    private async Task AddThree()
    {
        await AddBook("Les Misérables", "Victor Hugo");
        await AddBook("One Hundred Years of Solitude", "Gabriel García Márquez");
        await AddBook("The Things They Carried", "Tim O'Brien");
    }

    private async Task Rate(string title, double rating, params Account[] readers)
    {
        var book = await AddBook(title);
        foreach (var reader in readers)
            await Interactions.Record(new(reader.Id, [new(book.Id, InteractionType.Rating, rating, Time.GetUtcNow())], null, null), Stop);
    }

    private async Task<List<string>> Titles(BookQuery query)
        => [.. (await Books.Search(query, new PageRequest(100), Stop)).Items.Select(b => b.Title)];
}
