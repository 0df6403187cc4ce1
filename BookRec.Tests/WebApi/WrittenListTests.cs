using System.Text.Json;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Tests.WebApi.Support;
using BookRec.WebApi.Hosting;
using BookRec.WebApi.Recommendations;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace BookRec.Tests.WebApi;

public sealed class WrittenListTests
{
    private readonly JsonOptions _json = new();
    private readonly WrittenLists _lists;

    public WrittenListTests()
    {
        Json.Apply(_json.SerializerOptions);
        _lists = new WrittenLists(Options.Create(_json));
    }

    [Fact]
    public void A_list_is_spelled_like_the_response_that_is_documented()
    {
        var list = ListOf(Samples.Book(7), Samples.Book(8) with { Description = "“Quoted” & <angled>", AverageRating = 4.12345 });
        Assert.Equal(Spelled(list), _lists.Of(list, mayComeAgain: false));
        Assert.Equal(Spelled(list), _lists.Of(ListOf([.. list.Items.Select(item => item.Book)]), mayComeAgain: true));
    }

    [Fact]
    public void Whatever_changes_about_a_book_is_in_the_next_list()
    {
        var book = Samples.Book();
        foreach (var changed in new[]
        {
            book, book with { Title = "Emma Woodhouse", Revision = book.Revision + 1 }, book with { RatingsCount = 13 }, book with { AverageRating = null },
        })
        {
            var list = ListOf(changed);
            Assert.Equal(Spelled(list), _lists.Of(list, mayComeAgain: true));
        }
    }

    [Fact]
    public void More_books_than_are_remembered_are_written_all_the_same()
    {
        var description = new string('x', 1_000_000);
        for (var id = 1; id <= 40; id++)
        {
            var list = ListOf(Samples.Book(1 + (id % 20)) with { Description = description });
            Assert.Equal(Spelled(list), _lists.Of(list, mayComeAgain: false));
        }
    }

    private static RecommendationList ListOf(params Book[] books)
        => Samples.List() with { Items = [.. books.Select(book => new Recommendation(book, 0.5, Samples.List().Items[0].Reasons))] };

    private byte[] Spelled(RecommendationList list) => JsonSerializer.SerializeToUtf8Bytes(RecommendationResponse.From(list), _json.SerializerOptions);
}
