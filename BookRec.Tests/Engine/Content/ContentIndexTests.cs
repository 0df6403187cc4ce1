using BookRec.Engine.Content;

namespace BookRec.Tests.Engine.Content;

public sealed class ContentIndexTests
{
    static readonly BookText[] s_texts =
    [
        new("Dragons", [], ["Fantasy"], null, null),
        new("Dragon House", [], [], null, null),
        new("River", [], ["Fantasy"], null, null),
        new("", [], [], null, null),
    ];

    [Fact]
    public void Weights_are_those_worked_out_by_hand()
    {
        var index = ContentIndex.Fit(s_texts);

        // Four books. dragon and genre:fantasy are in two: idf 1 + ln(5/3) each; house in one: 1 + ln(5/2).
        var (common, rare) = (1 + Math.Log(5 / 3.0), 1 + Math.Log(5 / 2.0));
        var vector = index.VectorOf(1);
        var length = Math.Sqrt((common * common) + (rare * rare));
        Assert.Equal(["dragon", "house"], vector.Terms.Select(index.TermAt));
        Assert.Equal(common / length, vector.Weights[0], 1e-6);
        Assert.Equal(rare / length, vector.Weights[1], 1e-6);
        Assert.Equal(1 / Math.Sqrt(2) * common / length, index.Cosine(0, 1), 1e-6);
        Assert.Equal(["dragon", "genre:Fantasy"], index.VectorOf(0).Terms.Select(index.TermAt));
        Assert.Empty(index.VectorOf(3).Terms);
        Assert.Equal(0, index.Cosine(3, 0));
    }

    [Fact]
    public void Term_frequencies_are_logarithmic()
    {
        var index = ContentIndex.Fit([new("dragon dragon house", [], [], null, null)]);

        // One book: both idf are 1 + ln(2/2) = 1, so the weights are 1 + ln 2 and 1.
        Assert.Equal(1 + Math.Log(2), index.VectorOf(0).Weights[0] / index.VectorOf(0).Weights[1], 1e-6);
    }

    [Fact]
    public void Shared_terms_add_up_to_the_cosine_the_largest_first()
    {
        var index = ContentIndex.Fit([.. Enumerable.Range(0, 30).Select(Samples.Text)]);
        for (var book = 1; book < 30; book++)
        {
            var shares = index.SharedTerms(0, book);
            Assert.Equal(index.Cosine(0, book), shares.Sum(share => share.Share), 1e-9);
            Assert.Equal(shares.OrderByDescending(share => share.Share).Select(share => share.Share), shares.Select(share => share.Share));
        }

        Assert.Equal(1, index.Cosine(0, 0), 1e-5);
    }

    [Fact]
    public void The_inverted_index_gives_the_weighted_cosines_also_of_changed_and_newer_books()
    {
        var fitted = ContentIndex.Fit([.. Enumerable.Range(0, 30).Select(Samples.Text)]);
        var index = fitted.With(4, fitted.Embed(Samples.Text(100))).With(30, fitted.Embed(Samples.Text(101))).With(31, SparseVector.Zero);
        (int, float)[] weighted = [(1, 1), (4, -0.5f), (30, 2)];
        var scores = new float[32];
        index.Score(weighted, scores);
        for (var book = 0; book < 32; book++)
        {
            var expected = index.Cosine(1, book) - (0.5 * index.Cosine(4, book)) + (2 * index.Cosine(30, book));
            Assert.Equal(expected, scores[book], 1e-5);
        }

        Assert.Equal((30, 32), (fitted.Books, index.Books));
    }

    [Fact]
    public void Cosines_with_many_books_are_those_with_each_one_also_when_many_ask_at_once()
    {
        var fitted = ContentIndex.Fit([.. Enumerable.Range(0, 30).Select(Samples.Text)]);
        var index = fitted.With(4, fitted.Embed(Samples.Text(100))).With(30, SparseVector.Zero);
        int[] all = [.. Enumerable.Range(0, 31)];
        Parallel.For(0, 200, run =>
        {
            var book = run % all.Length;
            var cosines = index.CosinesWith(book, all);
            Assert.All(all, other => Assert.Equal(index.Cosine(book, other), cosines[other], 1e-6));
        });
    }

    [Fact]
    public void Unknown_words_carry_nothing_and_embedding_a_known_text_gives_its_vector()
    {
        var index = ContentIndex.Fit(s_texts);
        Assert.Empty(index.Embed(new("Zebra", ["Nobody"], [], 1999, "giraffe")).Terms);
        var again = index.Embed(s_texts[1]);
        Assert.Equal(index.VectorOf(1).Terms, again.Terms);
        Assert.Equal(index.VectorOf(1).Weights, again.Weights);
    }

    [Fact]
    public void Authors_series_and_decades_are_terms_of_their_own()
    {
        var index = ContentIndex.Fit([new("Dune (Dune, #1)", ["Frank Herbert"], [], 1965, "On the planet Arrakis")]);
        Assert.Equal(["arrakis", "author:Frank Herbert", "decade:1960s", "dune", "planet", "series:Dune"], index.VectorOf(0).Terms.Select(index.TermAt));
    }
}
