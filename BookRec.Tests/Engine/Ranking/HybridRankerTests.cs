using BookRec.Engine.Artifacts;
using BookRec.Engine.Factorization;
using BookRec.Engine.Ranking;

namespace BookRec.Tests.Engine.Ranking;

public sealed class HybridRankerTests
{
    static readonly ModelSnapshot s_model = Samples.Model().Model.WithBooks([new NewBook(5, Samples.Text(3), 4), new NewBook(6, Samples.Text(200), 0)]);
    static readonly Signal[] s_signals = [new(3, 1), new(60, 1), new(8, -0.5f), new(20, 2)];

    [Theory]
    [InlineData(RankingStrategy.Hybrid)]
    [InlineData(RankingStrategy.Collaborative)]
    [InlineData(RankingStrategy.Content)]
    [InlineData(RankingStrategy.Popular)]
    public void The_parts_add_up_the_order_is_right_and_only_candidates_are_listed(RankingStrategy strategy)
    {
        var reader = Samples.Reader(s_model, s_signals);
        var all = HybridRanker.Rank(s_model, reader, strategy, _ => true, int.MaxValue);
        Assert.Equal(62, all.Length);
        Assert.All(all, book => Assert.Equal(book.Score, book.Collaborative + book.Neighbours + book.Content + book.Popularity, 1e-5));
        Assert.Equal(all.OrderByDescending(book => book.Score).ThenBy(book => s_model.Books.IdAt(book.Book)), all);

        var some = HybridRanker.Rank(s_model, reader, strategy, book => book % 3 == 0, 7);
        Assert.Equal(all.Where(book => book.Book % 3 == 0).Take(7), some);
        Assert.Empty(HybridRanker.Rank(s_model, reader, strategy, _ => true, 0));
    }

    [Fact]
    public void Popularity_has_half_at_kappa_books_and_fades_faster_than_books_are_added()
    {
        var options = new HybridOptions { PopularityPseudoCount = 4 };
        Assert.Equal(0.5, options.PopularityShare(4), 1e-12);
        Assert.Equal(8.0 / 9, options.PopularityShare(1), 1e-12);
        Assert.Equal(options.PopularityShare(1), options.PopularityShare(0), 1e-12);
        Assert.InRange(options.PopularityShare(40), 0.001, 0.04);
        Assert.Equal(0, (options with { PopularityPseudoCount = 0 }).PopularityShare(1));
    }

    [Fact]
    public void A_book_that_comes_later_changes_nothing_between_the_others()
    {
        var reader = Samples.Reader(s_model, s_signals);
        var more = s_model.WithBooks([.. Enumerable.Range(500, 40).Select(id => new NewBook(1_000_000 + id, Samples.Text(id), 9))]);
        var before = HybridRanker.Rank(s_model, reader, RankingStrategy.Hybrid, _ => true, s_model.Books.Count);
        var after = HybridRanker.Rank(more, reader, RankingStrategy.Hybrid, book => book < s_model.Books.Count, s_model.Books.Count);
        Assert.Equal(before, after);
    }

    [Fact]
    public void A_hybrid_score_is_the_weighted_sum_of_z_scores()
    {
        var ranked = HybridRanker.Rank(s_model, Samples.Reader(s_model, s_signals), RankingStrategy.Hybrid, _ => true, 100);
        var reader = Samples.Reader(s_model, s_signals);

        // κ = 0.5 and three likes: six times as many, and the power of 1.5 of that.
        var share = 1 / (1 + Math.Pow(6, 1.5));
        var collaborative = Standardized(Enumerable.Range(0, 60).Select(book => Dot(reader.Folded.Vector, s_model.BookFactors.Row(book))));
        var neighbours = Standardized(Enumerable.Range(0, 60).Select(book => s_signals.Where(signal => signal.Book < 60)
            .Sum(signal => signal.Weight * (double)s_model.Neighbours.Strength(signal.Book, book))));
        var content = Standardized(Enumerable.Range(0, 62).Select(book => s_signals.Sum(signal => signal.Weight * s_model.Content.Cosine(signal.Book, book))));
        var popularity = Standardized(s_model.Popularity.ToArray().Select(readers => Math.Log(1 + readers)));
        foreach (var book in ranked)
        {
            Assert.Equal(book.Book < 60 ? (1 - share) * 0.7 * 0.6 * collaborative[book.Book] : 0, book.Collaborative, 1e-3);
            Assert.Equal(book.Book < 60 ? (1 - share) * 0.7 * 0.4 * neighbours[book.Book] : 0, book.Neighbours, 1e-3);
            Assert.Equal((1 - share) * 0.3 * content[book.Book], book.Content, 1e-3);
            Assert.Equal(share * popularity[book.Book], book.Popularity, 1e-3);
        }
    }

    [Theory]
    [InlineData(RankingStrategy.Hybrid)]
    [InlineData(RankingStrategy.Collaborative)]
    [InlineData(RankingStrategy.Content)]
    public void A_reader_of_whom_nothing_is_known_gets_what_is_popular(RankingStrategy strategy)
    {
        var nobody = Samples.Reader(s_model);
        var popular = HybridRanker.Rank(s_model, nobody, RankingStrategy.Popular, _ => true, 20);
        Assert.Equal(popular, HybridRanker.Rank(s_model, nobody, strategy, _ => true, 20));
        Assert.Equal(s_model.Popularity.ToArray().Max(), popular[0].Score);
    }

    [Fact]
    public void A_model_that_knows_nothing_ranks_new_books_by_their_prior()
    {
        Assert.Equal(("none", 0), (ModelSnapshot.Empty.Version, ModelSnapshot.Empty.Books.Count));
        Assert.Empty(HybridRanker.Rank(ModelSnapshot.Empty, Samples.Reader(ModelSnapshot.Empty), RankingStrategy.Hybrid, _ => true, 5));

        var model = ModelSnapshot.Empty.WithBooks([new(7, Samples.Text(1), 1), new(8, Samples.Text(2), 3), new(9, Samples.Text(3), 2)]);
        var ranked = HybridRanker.Rank(model, Samples.Reader(model, new Signal(1, 1)), RankingStrategy.Hybrid, book => book != 1, 5);
        Assert.Equal([9L, 7L], ranked.Select(book => model.Books.IdAt(book.Book)));
        Assert.Empty(HybridRanker.Similar(model, 0, _ => false, 5));
    }

    [Fact]
    public void A_dislike_alone_pushes_its_book_down()
    {
        int Place(params Signal[] signals)
            => Array.FindIndex(HybridRanker.Rank(s_model, Samples.Reader(s_model, signals), RankingStrategy.Hybrid, _ => true, 100), book => book.Book == 7);
        Assert.True(Place(new Signal(7, -1)) > Place());
        Assert.True(Place(new(7, -1), new(2, 1)) > Place(new Signal(2, 1)));
        Assert.True(Place(new Signal(7, 1)) < Place());
    }

    [Fact]
    public void A_like_of_a_book_newer_than_the_model_counts_through_its_content()
    {
        // Book 60 has the text of book 3.
        var ranked = HybridRanker.Rank(s_model, Samples.Reader(s_model, new Signal(60, 1)), RankingStrategy.Hybrid, book => book != 60, 1);
        Assert.Equal(3, ranked[0].Book);
        Assert.Equal(0, ranked[0].Collaborative);
    }

    [Fact]
    public void A_reader_folded_in_under_another_model_is_refused()
    {
        var other = Samples.Model(seed: 2).Model;
        Assert.Throws<ArgumentException>(() => HybridRanker.Rank(s_model, Samples.Reader(other, new Signal(1, 1)), RankingStrategy.Hybrid, _ => true, 5));
    }

    [Fact]
    public void Similar_books_are_ranked_by_cosines_and_neighbours_and_never_include_the_book()
    {
        var similar = HybridRanker.Similar(s_model, 3, _ => true, 100);
        Assert.DoesNotContain(similar, book => book.Book == 3);
        Assert.Equal(61, similar.Length);
        foreach (var book in similar)
        {
            var a = s_model.BookFactors.Row(3);
            var b = book.Book < 60 ? s_model.BookFactors.Row(book.Book) : default;
            var cosine = b.IsEmpty ? 0 : Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));
            Assert.Equal(0.42 * cosine, book.Collaborative, 1e-4);
            Assert.Equal(0.28 * s_model.Neighbours.Strength(3, book.Book) / s_model.Neighbours.StrengthsOf(3).ToArray().Max(), book.Neighbours, 1e-4);
            Assert.Equal(0.3 * s_model.Content.Cosine(3, book.Book), book.Content, 1e-4);
        }
    }

    [Fact]
    public void A_book_without_factors_is_compared_by_content_alone()
    {
        var similar = HybridRanker.Similar(s_model, 60, _ => true, 3);
        Assert.Equal(3, similar[0].Book);
        Assert.Equal(1, similar[0].Score, 1e-5);
        Assert.All(similar, book => Assert.Equal(0, book.Collaborative));
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        Assert.Equal("CollaborativeWeight", Assert.Throws<ArgumentOutOfRangeException>(new HybridOptions { CollaborativeWeight = 1.1 }.Validate).ParamName);
        Assert.Equal("NeighbourShare", Assert.Throws<ArgumentOutOfRangeException>(new HybridOptions { NeighbourShare = -0.1 }.Validate).ParamName);
        Assert.Equal("PopularityPseudoCount", Assert.Throws<ArgumentOutOfRangeException>(new HybridOptions { PopularityPseudoCount = -1 }.Validate).ParamName);
    }

    static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return sum;
    }

    /// <summary>The sixty books trained on set the scale.</summary>
    static double[] Standardized(IEnumerable<double> scores)
    {
        var values = scores.ToArray();
        var mean = values.Take(60).Average();
        var deviation = Math.Sqrt(values.Take(60).Average(value => (value - mean) * (value - mean)));
        return [.. values.Select(value => (value - mean) / deviation)];
    }
}
