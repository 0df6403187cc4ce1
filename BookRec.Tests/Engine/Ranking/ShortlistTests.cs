using BookRec.Engine.Artifacts;
using BookRec.Engine.Factorization;
using BookRec.Engine.Ranking;

namespace BookRec.Tests.Engine.Ranking;

public sealed class ShortlistTests
{
    const int Books = 60;

    static readonly ModelSnapshot s_plain = Samples.Model().Model;
    static readonly ModelSnapshot s_diverse = Samples.Model(hybrid: new() { Diversity = 0.4 }).Model;
    static readonly Signal[] s_signals = [new(3, 1), new(8, -0.5f), new(20, 2)];

    [Theory]
    [InlineData(RankingStrategy.Hybrid, false)]
    [InlineData(RankingStrategy.Collaborative, false)]
    [InlineData(RankingStrategy.Content, true)]
    [InlineData(RankingStrategy.Popular, true)]
    [InlineData(RankingStrategy.Hybrid, true)]
    public void A_list_from_it_is_the_list_that_a_ranking_makes(RankingStrategy strategy, bool isDiverse)
    {
        var model = isDiverse ? s_diverse : s_plain;
        var reader = Samples.Reader(model, s_signals);
        var random = new Random(5);
        var shortlist = HybridRanker.Lead(model, reader, strategy, IsOpen, 20);
        for (var run = 0; run < 50; run++)
        {
            var excluded = Enumerable.Range(0, 10).Select(_ => random.Next(Books)).ToHashSet();
            var count = random.Next(11);
            Assert.Equal(
                HybridRanker.Rank(model, reader, strategy, book => IsOpen(book) && !excluded.Contains(book), count),
                shortlist.Best(book => !excluded.Contains(book), count));
        }
    }

    [Fact]
    public void Where_books_behind_it_are_needed_it_gives_no_list()
    {
        var reader = Samples.Reader(s_plain, s_signals);
        var shortlist = HybridRanker.Lead(s_plain, reader, RankingStrategy.Hybrid, IsOpen, 20);
        var leading = shortlist.Best(_ => true, 20)!.Select(ranked => ranked.Book).ToHashSet();
        Assert.Null(shortlist.Best(_ => true, 21));
        Assert.Null(shortlist.Best(book => !leading.Contains(book), 1));
        Assert.Empty(shortlist.Best(_ => false, 0)!);
    }

    [Fact]
    public void With_all_candidates_in_it_a_short_list_is_an_answer()
    {
        var reader = Samples.Reader(s_diverse, s_signals);
        var whole = HybridRanker.Lead(s_diverse, reader, RankingStrategy.Hybrid, IsOpen, Books);
        Assert.Equal(Books - 3, whole.Best(_ => true, Books)!.Length);
        Assert.Empty(whole.Best(_ => false, 5)!);
        Assert.Equal([7], whole.Best(book => book == 7, 5)!.Select(ranked => ranked.Book));
    }

    static bool IsOpen(int book) => book is not (3 or 8 or 20);
}
