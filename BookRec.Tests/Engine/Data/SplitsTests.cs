using BookRec.Engine.Data;

namespace BookRec.Tests.Engine.Data;

public sealed class SplitsTests
{
    [Fact]
    public void The_key_of_seed_1_user_1_book_152_is_the_published_check_value()
        => Assert.Equal(1407886332633534057UL, SplitKey.Of(1, 1, 152));

    [Fact]
    public void Leaving_a_fifth_out_takes_the_floor_of_each_row_by_key()
    {
        var interactions = Samples.Rows(12, [0, 1, 2, 3], [0, 1, 2, 3, 4], [.. Enumerable.Range(0, 11)]);
        var split = Splits.LeaveShareOut(interactions, Samples.Ids(3), Samples.Ids(12), 1, 0.2);

        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Select(split.Test.CountOf));
        var expected = Enumerable.Range(0, 11).OrderBy(column => SplitKey.Of(1, 3, column + 1)).Take(2).Order();
        Assert.Equal(expected, split.Test.ColumnsOf(2).ToArray());
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(9, 1)]
    [InlineData(10, 2)]
    public void Of_readers_of_few_books_one_is_left_out_where_it_is_asked_for_and_one_is_left(int books, int expected)
    {
        var split = Splits.LeaveShareOut(Samples.Rows(12, [.. Enumerable.Range(0, books)]), Samples.Ids(1), Samples.Ids(12), 1, 0.2, least: 1);
        Assert.Equal((expected, books - expected), (split.Test.CountOf(0), split.Train.CountOf(0)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_split_divides_each_row_without_loss_or_overlap(int seed)
    {
        var interactions = Samples.Interactions(50, 40, 0.3, seed, weighted: true, days: true);
        var (rows, columns) = (Samples.Ids(50), Samples.Ids(40, 500));
        Split[] splits =
        [
            Splits.LeaveShareOut(interactions, rows, columns, (ulong)seed, 0.2),
            Splits.StableHoldout(interactions, rows, columns, (ulong)seed, 20, 0.3),
        ];
        foreach (var split in splits)
        {
            for (var row = 0; row < interactions.Rows; row++)
            {
                int[] joined = [.. split.Train.ColumnsOf(row), .. split.Test.ColumnsOf(row)];
                Assert.Equal(interactions.ColumnsOf(row).ToArray(), joined.Order());
            }

            Assert.Equal(interactions.Count, split.Train.Count + split.Test.Count);
        }
    }

    [Fact]
    public void A_holdout_does_not_change_when_interactions_are_added()
    {
        var before = Samples.Interactions(200, 60, 0.15, 7);
        var added = new InteractionMatrixBuilder(60);
        for (var row = 0; row < before.Rows; row++)
        {
            int[] more = [.. before.ColumnsOf(row).ToArray().Union([row % 60, (row + 17) % 60])];
            added.AddRow([.. more.Select(column => new InteractionEntry(column, 1))]);
        }

        var (rows, columns) = (Samples.Ids(200), Samples.Ids(60));
        var first = Splits.StableHoldout(before, rows, columns, 5, 100, 0.3);
        var second = Splits.StableHoldout(added.Build(), rows, columns, 5, 100, 0.3);
        for (var row = 0; row < before.Rows; row++)
        {
            Assert.Subset(second.Test.ColumnsOf(row).ToArray().ToHashSet(), first.Test.ColumnsOf(row).ToArray().ToHashSet());
            Assert.Subset(second.Train.ColumnsOf(row).ToArray().ToHashSet(), first.Train.ColumnsOf(row).ToArray().ToHashSet());
        }
    }

    [Fact]
    public void A_holdout_judges_about_as_many_readers_as_asked_and_leaves_each_something_to_learn_from()
    {
        var interactions = Samples.Interactions(1000, 30, 0.3, 9);
        var split = Splits.StableHoldout(interactions, Samples.Ids(1000), Samples.Ids(30), 5, 250, 0.9);

        var judged = Enumerable.Range(0, 1000).Count(row => split.Test.CountOf(row) > 0);
        Assert.InRange(judged, 200, 300);
        Assert.All(Enumerable.Range(0, 1000), row => Assert.True(split.Train.CountOf(row) > 0 || interactions.CountOf(row) == 0));
    }

    [Fact]
    public void A_share_beyond_one_is_refused()
        => Assert.Throws<ArgumentOutOfRangeException>(() => Splits.LeaveShareOut(Samples.Rows(1, [0]), Samples.Ids(1), Samples.Ids(1), 1, 1.1));
}
