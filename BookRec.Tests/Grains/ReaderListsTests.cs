using BookRec.Engine.Artifacts;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Interfaces.Readers;
using BookRec.Grains.Models;
using BookRec.Grains.Options;
using BookRec.Grains.Readers;
using BookRec.Tests.Engine;

namespace BookRec.Tests.Grains;

public sealed class ReaderListsTests
{
    private static readonly ModelSnapshot Model = Samples.Model().Model;
    private static readonly ServingView View = ViewOf(Model);

    private static readonly RecommendationQuery[] Questions =
    [
        new(), new(5), new(10, Exclude: [9_990, 9_980]), new(10, Exclude: [.. Enumerable.Range(9_941, 45).Select(id => (long)id)]), new(100), new(3, Strategy.Content),
        new(10, Strategy.Collaborative), new(4, Strategy.Popular), new(10, Genre: "genre 1"), new(10, Genre: "genre 1", Exclude: [9_970]), new(50, YearFrom: 1990),
        new(2, Language: "en"), new(2, Language: "ja"),
    ];

    [Fact]
    public void A_list_is_the_same_whatever_was_asked_before()
    {
        var random = new Random(3);
        var history = History(9_999, 9_950, 9_960);
        var lists = new ReaderLists(history, View);
        for (var run = 0; run < 200; run++)
        {
            var question = Questions[random.Next(Questions.Length)];
            Same(new ReaderLists(history, View).For(question).List, lists.For(question).List);
        }
    }

    [Fact]
    public void A_question_asked_again_has_the_very_same_answer_and_another_one_the_same_words()
    {
        var lists = new ReaderLists(History(9_999), View);
        var (first, known) = lists.For(new());
        Assert.False(known);
        Assert.Equal((first, true), lists.For(new()));
        var without = lists.For(new(Exclude: [first.Items[0].Book.Id])).List;
        Assert.Equal(first.Items.Skip(1), without.Items.Take(9), ReferenceEqualityComparer.Instance);
    }

    [Fact]
    public void Neither_seen_nor_excluded_nor_deleted_books_are_listed()
    {
        var history = History(9_999, 9_950);
        var view = View.With(new Dictionary<long, Book?> { [9_970] = null });
        var lists = new ReaderLists(history, view);
        var without = lists.For(new(100, Exclude: [9_960])).List.Items.Select(item => item.Book.Id).ToList();
        Assert.Equal(View.Count - 4, without.Count);
        Assert.Empty(without.Intersect([9_999, 9_950, 9_960, 9_970]));
        Assert.Contains(9_960, lists.For(new(100)).List.Items.Select(item => item.Book.Id));
        Assert.False(lists.AreFrom(View));
        Assert.True(lists.AreFrom(view));
    }

    [Theory]
    [InlineData("en", "eng")]
    [InlineData("de", "ger")]
    [InlineData("en-gb", "eng-GB")]
    public void A_language_is_the_same_by_its_longer_code(string code, string longer)
    {
        var lists = new ReaderLists(History(9_999), View);
        var list = lists.For(new(Language: code)).List;
        Assert.NotEmpty(list.Items);
        Same(list, lists.For(new(Language: longer)).List);
    }

    [Theory]
    [InlineData(InteractionType.View, "Because you looked at ")]
    [InlineData(InteractionType.WantToRead, "Because you want to read ")]
    [InlineData(InteractionType.Started, "Because you began ")]
    [InlineData(InteractionType.Finished, "Because you read ")]
    [InlineData(InteractionType.Like, "Because you liked ")]
    public void A_reason_says_no_more_than_the_reader_did(InteractionType act, string reason)
    {
        var list = new ReaderLists(History(act, 9_999), View).For(new(20, Strategy.Collaborative)).List;
        var reasons = list.Items.SelectMany(item => item.Reasons).Where(r => r.Kind == ReasonKind.BecauseYouLiked).ToList();
        Assert.NotEmpty(reasons);
        Assert.All(reasons, r => Assert.Equal($"{reason}{View.Find(9_999)!.Title}", r.Text));
    }

    [Theory]
    [InlineData(Strategy.Content, InteractionType.Dislike)]
    [InlineData(Strategy.Content, InteractionType.Like)]
    [InlineData(Strategy.Collaborative, InteractionType.Dislike)]
    [InlineData(Strategy.Collaborative, InteractionType.Like)]
    public void A_list_that_popularity_has_no_part_in_calls_nothing_popular(Strategy strategy, InteractionType act)
    {
        var list = new ReaderLists(History(act, 9_999), View).For(new(100, strategy)).List;
        Assert.Equal((strategy, View.Count - 1), (list.Strategy, list.Items.Count));
        Assert.All(list.Items, item => Assert.NotEmpty(item.Reasons));
        Assert.DoesNotContain(list.Items.SelectMany(item => item.Reasons), r => r.Kind == ReasonKind.Popular);
        Assert.Contains(list.Items.SelectMany(item => item.Reasons), r => r.Kind == ReasonKind.BestOfTheRest);
    }

    [Theory]
    [InlineData(Strategy.Auto)]
    [InlineData(Strategy.Hybrid)]
    [InlineData(Strategy.Collaborative)]
    [InlineData(Strategy.Content)]
    public void What_popularity_alone_has_ranked_is_called_so(Strategy asked)
    {
        var untrained = ViewOf(ModelSnapshot.Empty.WithBooks([new NewBook(1, Samples.Text(1), 3), new NewBook(2, Samples.Text(2), 5), new NewBook(3, Samples.Text(3), 4)]));
        var lists = new ReaderLists(History(3), untrained);
        foreach (var question in (RecommendationQuery[])[new(5, asked), new(5, asked), new(4, asked), new(5, asked, YearFrom: 1000)])
            Assert.Equal(Strategy.Popular, lists.For(question).List.Strategy);
        Assert.NotEqual(Strategy.Popular, new ReaderLists(History(9_999), View).For(new(5, asked)).List.Strategy);
    }

    private static ReaderHistory History(params long[] liked) => History(InteractionType.Like, liked);

    private static ReaderHistory History(InteractionType act, params long[] books)
    {
        var history = new ReaderHistory(new InteractionOptions());
        foreach (var book in books)
            history.Add(new Interaction(book, book, act, null, null));
        return history;
    }

    private static ServingView ViewOf(ModelSnapshot model) => ServingView.Of(model, [.. Enumerable.Range(0, model.Books.Count).Select(book =>
    {
        var text = Samples.Text(book);
        return new Book(model.Books.IdAt(book), text.Title, text.Authors, text.Year, book % 2 == 0 ? "en-gb" : "de", text.Genres, null, null, null, 0, null, 1);
    })]);

    private static void Same(RecommendationList expected, RecommendationList actual)
    {
        Assert.Equal((expected.Strategy, expected.ModelVersion), (actual.Strategy, actual.ModelVersion));
        Assert.Equal(expected.Items.Select(item => (item.Book.Id, item.Score)), actual.Items.Select(item => (item.Book.Id, item.Score)));
        Assert.Equal(expected.Items.SelectMany(item => item.Reasons), actual.Items.SelectMany(item => item.Reasons));
    }
}
