using BookRec.Engine.Data;
using BookRec.Engine.Factorization;
using BookRec.Engine.Neighbours;

namespace BookRec.Tests.Engine.Neighbours;

public sealed class NeighbourTests
{
    static readonly NeighbourOptions s_all = new()
    {
        Neighbours = 100,
        ReaderExponent = 0.4,
        SourceExponent = 0.6,
        TargetExponent = 0.3,
        Shrinkage = 2,
        Regression = new() { Share = 0 },
    };

    [Fact]
    public void Strengths_are_those_of_the_formula()
    {
        var interactions = Samples.Interactions(25, 30, 0.2, 3, weighted: true);
        var neighbours = Fit(interactions, s_all);
        var expected = Plainly(interactions, s_all);
        for (var source = 0; source < 30; source++)
        {
            for (var target = 0; target < 30; target++)
            {
                Assert.Equal(source == target ? 0 : expected[source, target], neighbours.Strength(source, target), 1e-5);
            }
        }
    }

    [Fact]
    public void The_strongest_are_kept_in_order_of_their_index_and_ties_go_to_the_smaller()
    {
        var interactions = Samples.Interactions(25, 30, 0.3, 3, weighted: true);
        var (all, some) = (Fit(interactions, s_all), Fit(interactions, s_all with { Neighbours = 4 }));
        for (var book = 0; book < 30; book++)
        {
            var strongest = all.Of(book).ToArray().OrderByDescending(other => all.Strength(book, other)).Take(4).Order();
            Assert.Equal(strongest, some.Of(book).ToArray());
            Assert.All(some.Of(book).ToArray(), other => Assert.Equal(all.Strength(book, other), some.Strength(book, other)));
        }

        Assert.Equal([1, 2], Fit(Samples.Rows(5, [0, 1, 2, 3, 4]), s_all with { Neighbours = 2 }).Of(0).ToArray());
    }

    [Fact]
    public void The_result_does_not_depend_on_the_number_of_threads()
    {
        var interactions = Samples.Interactions(200, 150, 0.1, 4, weighted: true);
        var (one, three) = (NeighbourTrainer.Fit(interactions, s_all, 1, default), NeighbourTrainer.Fit(interactions, s_all, 3, default));
        for (var book = 0; book < 150; book++)
        {
            Assert.Equal(one.Of(book).ToArray(), three.Of(book).ToArray());
            Assert.Equal(one.StrengthsOf(book).ToArray(), three.StrengthsOf(book).ToArray());
        }
    }

    [Fact]
    public void Contributions_add_up_to_the_score_and_a_dislike_subtracts()
    {
        var model = Samples.Model().Model;
        Signal[] signals = [new(3, 1), new(8, -0.5f), new(20, 2)];
        var reader = Samples.Reader(model, signals);
        var scores = new float[60];
        Assert.True(model.Neighbours.Score(signals, scores));
        for (var book = 0; book < 60; book++)
        {
            var contributions = reader.Folded.NeighbourContributions(book);
            Assert.Equal(scores[book], contributions.Sum(), 1e-5);
            Assert.All(signals.Index(), signal => Assert.Equal(
                signal.Item.Weight * model.Neighbours.Strength(signal.Item.Book, book), contributions[signal.Index], 1e-6));
        }
    }

    [Fact]
    public void A_book_nobody_has_read_has_no_neighbours_and_no_neighbours_at_all_leave_the_part_out()
    {
        var interactions = Samples.Rows(4, [0, 1], [0, 1, 2]);
        Assert.Equal(0, Fit(interactions, s_all).Of(3).Length);
        var none = Fit(interactions, s_all with { Neighbours = 0 });
        Assert.Equal((4, 0), (none.Books, none.Count));
        Assert.False(none.Score([new Signal(0, 1)], new float[4]));
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        Assert.Equal("Neighbours", Refused(new() { Neighbours = -1 }));
        Assert.Equal("ReaderExponent", Refused(new() { ReaderExponent = double.NaN }));
        Assert.Equal("SourceExponent", Refused(new() { SourceExponent = -1 }));
        Assert.Equal("TargetExponent", Refused(new() { TargetExponent = 5 }));
        Assert.Equal("Shrinkage", Refused(new() { Shrinkage = double.PositiveInfinity }));
        Assert.Equal("Ridge", Refused(new() { Regression = new() { Ridge = 0 } }));
        Assert.Equal("ReaderExponent", Refused(new() { Regression = new() { ReaderExponent = 2.1 } }));
        Assert.Equal("Growth", Refused(new() { Regression = new() { Growth = -1 } }));
        Assert.Equal("Predictors", Refused(new() { Regression = new() { Predictors = 0 } }));
        Assert.Equal("Share", Refused(new() { Regression = new() { Share = 1.1 } }));

        static string? Refused(NeighbourOptions options) => Assert.Throws<ArgumentOutOfRangeException>(options.Validate).ParamName;
    }

    static BookNeighbours Fit(InteractionMatrix interactions, NeighbourOptions options) => NeighbourTrainer.Fit(interactions, options, 2, default);

    /// <summary>The formula, pair by pair.</summary>
    static double[,] Plainly(InteractionMatrix interactions, NeighbourOptions options)
    {
        var (rows, columns) = (interactions.Rows, interactions.Columns);
        var dense = new double[rows, columns];
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < interactions.CountOf(row); i++)
            {
                dense[row, interactions.ColumnsOf(row)[i]] = interactions.WeightsOf(row)[i];
            }
        }

        double Reader(int u) => Enumerable.Range(0, columns).Sum(i => dense[u, i]);
        double Book(int i) => Enumerable.Range(0, rows).Sum(u => dense[u, i]) + options.Shrinkage;
        var strengths = new double[columns, columns];
        for (var j = 0; j < columns; j++)
        {
            for (var i = 0; i < columns; i++)
            {
                var common = Enumerable.Range(0, rows).Where(u => Reader(u) > 0)
                    .Sum(u => dense[u, j] * dense[u, i] * Math.Pow(Reader(u), -options.ReaderExponent));
                strengths[j, i] = common * Math.Pow(Book(j), -options.SourceExponent) * Math.Pow(Book(i), -options.TargetExponent);
            }
        }

        return strengths;
    }
}
