using BookRec.Engine.Artifacts;
using BookRec.Engine.Popularity;

namespace BookRec.Tests.Engine.Artifacts;

public sealed class ModelSnapshotTests
{
    static readonly ModelSnapshot s_model = Samples.Model().Model;

    [Fact]
    public void New_books_follow_the_trained_ones_and_share_their_factors()
    {
        var model = s_model.WithBooks([new(1, Samples.Text(5), 2), new(2, Samples.Text(6), 3)]).WithBooks([new(3, Samples.Text(7), 0)]);
        Assert.Equal((63, 60), (model.Books.Count, model.TrainedBooks));
        Assert.Equal([60, 61, 62], new[] { 1L, 2L, 3L }.Select(model.Books.IndexOf));
        Assert.Equal([2f, 3f, 0f], model.Popularity[60..].ToArray());
        Assert.Same(s_model.BookFactors, model.BookFactors);
        Assert.Equal(60, s_model.Books.Count);
        Assert.Equal(1, model.Content.Cosine(60, 5), 1e-5);
    }

    [Fact]
    public void A_known_book_gets_another_text_and_keeps_the_rest()
    {
        var id = s_model.Books.IdAt(10);
        var model = s_model.WithBooks([new(id, Samples.Text(5), 1000), new(1, Samples.Text(5), 2)]).WithBooks([new(1, Samples.Text(6), 9)]);
        Assert.Equal(61, model.Books.Count);
        Assert.Equal(s_model.Popularity[10], model.Popularity[10]);
        Assert.Equal(1, model.Content.Cosine(10, 5), 1e-5);
        Assert.Equal((9f, 1), (model.Popularity[60], Math.Round(model.Content.Cosine(60, 6), 5)));
        Assert.NotEqual(1, Math.Round(s_model.Content.Cosine(10, 5), 5));
    }

    [Fact]
    public void Parts_of_different_sizes_are_refused()
    {
        var (model, als, _) = Samples.Model();
        Assert.Throws<ArgumentException>(() => ModelSnapshot.Create(
            "v", Samples.Ids(59), als, model.Neighbours, model.Content, PopularityModel.Fit(Samples.Rows(60, [0]), 1), model.Hybrid));
        Assert.Throws<ArgumentException>(() => s_model.WithBooks([new(1, Samples.Text(1), float.NaN)]));
    }
}
