using BookRec.Engine.Factorization;

namespace BookRec.Tests.Engine.Factorization;

public sealed class RowOrderTests
{
    [Fact]
    public void Rows_are_ordered_by_length_and_every_one_is_in_one_chunk()
    {
        var interactions = Samples.Interactions(500, 80, 0.1, 3);
        var order = RowOrder.Of(interactions, 100, 300);
        int[] rows = [.. order.NotEmpty.ToArray(), .. order.Empty.ToArray()];
        Assert.Equal(Enumerable.Range(100, 300), rows.Order());
        Assert.Equal(rows.Select(interactions.CountOf).OrderDescending(), rows.Select(interactions.CountOf));
        Assert.All(order.Empty.ToArray(), row => Assert.Equal(0, interactions.CountOf(row)));

        int[] Chunked(int least, int most) => [.. order.Chunks(least, most, 3, 5).SelectMany(chunk => chunk.ToArray())];
        Assert.Equal(order.NotEmpty.ToArray(), Chunked(8, int.MaxValue).Concat(Chunked(0, 8)));
        Assert.All(Chunked(8, int.MaxValue), row => Assert.True(interactions.CountOf(row) > 8));
        Assert.True(order.Chunks(0, int.MaxValue, 3, 0).Count > 100);
    }

    [Fact]
    public void No_rows_make_no_chunks()
    {
        var order = RowOrder.Of(Samples.Rows(3, [], [0, 2], []), 0, 1);
        Assert.Empty(order.Chunks(0, int.MaxValue, 2, 5));
        Assert.Equal(0, Assert.Single(order.Empty.ToArray()));
    }
}
