using BookRec.Engine.Data;
using BookRec.Grains.Training.Sharding;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace BookRec.Tests.Grains.Training;

public sealed class ShardPlanTests
{
    [Property]
    public void Every_row_is_in_exactly_one_range_and_in_order(byte[] counts, PositiveInt shards, PositiveInt factors)
    {
        var ranges = Divide(counts, shards, factors);
        var next = 0;
        foreach (var range in ranges)
        {
            Assert.Equal(next, range.First);
            Assert.True(range.Count > 0);
            next += range.Count;
        }

        Assert.Equal(counts.Length, next);
        Assert.True(ranges.Count <= shards.Get);
    }

    [Property]
    public void No_range_has_more_than_an_even_share_and_one_row(byte[] counts, PositiveInt shards, PositiveInt factors)
    {
        var ranges = Divide(counts, shards, factors);
        if (counts.Length == 0)
            return;
        var works = counts.Select(c => c + (factors.Get / 3) + 1L).ToList();
        var bound = ((double)works.Sum() / shards.Get) + works.Max();
        foreach (var range in ranges)
        {
            Assert.Equal(works.Skip(range.First).Take(range.Count).Sum(), range.Work);
            Assert.True(range.Work <= bound, $"{range} is above {bound}.");
        }
    }

    [Fact]
    public void Equal_rows_are_divided_evenly()
        => Assert.Equal([25, 25, 25, 25], ShardPlan.Divide(Matrix(Enumerable.Repeat(3, 100)), 4, 8).Select(r => r.Count));

    [Fact]
    public void One_heavy_row_has_a_range_to_itself()
        => Assert.Equal([1, 50, 49], ShardPlan.Divide(Matrix(Enumerable.Repeat(0, 99).Prepend(200)), 3, 1).Select(r => r.Count));

    private static IReadOnlyList<RowRange> Divide(byte[] counts, PositiveInt shards, PositiveInt factors)
        => ShardPlan.Divide(Matrix(counts.Select(c => (int)c)), shards.Get, factors.Get);

    private static InteractionMatrix Matrix(IEnumerable<int> counts)
    {
        var builder = new InteractionMatrixBuilder(256);
        foreach (var count in counts)
            builder.AddRow([.. Enumerable.Range(0, count).Select(column => new InteractionEntry(column, 1))]);
        return builder.Build();
    }
}
