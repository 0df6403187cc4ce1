using BookRec.Engine.Data;
using FsCheck.Xunit;

namespace BookRec.Tests.Engine.Data;

public sealed class InteractionMatrixTests
{
    [Property]
    public void Transposing_twice_is_the_identity(int seed, byte rows, byte columns)
    {
        var matrix = Samples.Interactions(rows % 20, 1 + (columns % 20), 0.3, seed, weighted: true, days: seed % 2 == 0);
        var twice = matrix.Transpose().Transpose();

        Assert.Equal((matrix.Rows, matrix.Columns, matrix.Count), (twice.Rows, twice.Columns, twice.Count));
        for (var row = 0; row < matrix.Rows; row++)
        {
            Assert.Equal(matrix.ColumnsOf(row).ToArray(), twice.ColumnsOf(row).ToArray());
            Assert.Equal(matrix.WeightsOf(row).ToArray(), twice.WeightsOf(row).ToArray());
            Assert.Equal(matrix.DaysOf(row).ToArray(), twice.DaysOf(row).ToArray());
        }
    }

    [Fact]
    public void Entries_are_sorted_and_a_late_day_leaves_the_others_unknown()
    {
        var builder = new InteractionMatrixBuilder(4);
        builder.AddRow([new(3, 1), new(0, 2)]);
        builder.AddRow([]);
        builder.AddRow([new(2, 1, 77), new(1, 1)]);
        var matrix = builder.Build();

        Assert.Equal([0, 3], matrix.ColumnsOf(0).ToArray());
        Assert.Equal([2f, 1f], matrix.WeightsOf(0).ToArray());
        Assert.Equal([0, 0], matrix.DaysOf(0).ToArray());
        Assert.True(matrix.ColumnsOf(1).IsEmpty);
        Assert.Equal([0, 77], matrix.DaysOf(2).ToArray());
    }

    [Fact]
    public void Without_any_day_there_are_none() => Assert.True(Samples.Rows(2, [0, 1]).DaysOf(0).IsEmpty);

    [Fact]
    public void Duplicates_strangers_and_weights_that_are_not_positive_are_refused()
    {
        var builder = new InteractionMatrixBuilder(2);
        Assert.Throws<ArgumentException>(() => builder.AddRow([new(1, 1), new(1, 1)]));
        Assert.Throws<ArgumentException>(() => builder.AddRow([new(2, 1)]));
        Assert.Throws<ArgumentException>(() => builder.AddRow([new(-1, 1)]));
        Assert.Throws<ArgumentException>(() => builder.AddRow([new(0, 0)]));
        Assert.Throws<ArgumentException>(() => builder.AddRow([new(0, float.NaN)]));
        Assert.Throws<ArgumentException>(() => builder.AddRow([new(0, float.PositiveInfinity)]));
        Assert.Equal(0, builder.Build().Rows);
    }
}
