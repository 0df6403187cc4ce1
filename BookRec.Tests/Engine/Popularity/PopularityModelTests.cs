using BookRec.Engine.Data;
using BookRec.Engine.Popularity;

namespace BookRec.Tests.Engine.Popularity;

public sealed class PopularityModelTests
{
    [Fact]
    public void Half_a_life_ago_counts_half_and_no_time_counts_in_full()
    {
        var builder = new InteractionMatrixBuilder(3);
        builder.AddRow([new(0, 1, 1000), new(1, 5, 970)]);
        builder.AddRow([new(0, 1, 940), new(1, 1)]);
        var model = PopularityModel.Fit(builder.Build(), 30);
        Assert.Equal([1.25f, 1.5f, 0f], model.Scores.ToArray());
    }

    [Fact]
    public void Without_times_it_is_the_number_of_readers()
        => Assert.Equal([2f, 1f, 0f], PopularityModel.Fit(Samples.Rows(3, [0, 1], [0]), 30).Scores.ToArray());

    [Fact]
    public void A_half_life_is_positive()
        => Assert.Throws<ArgumentOutOfRangeException>(() => PopularityModel.Fit(Samples.Rows(1, [0]), 0));
}
