using BookRec.Engine.Data;
using BookRec.Engine.Factorization;
using BookRec.Engine.LinearAlgebra;
using BookRec.Engine.Tuning;

namespace BookRec.Tests.Engine.Factorization;

public sealed class AlsTests
{
    static readonly CancellationToken s_none = CancellationToken.None;

    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(5, 0.5)]
    [InlineData(16, 1.0)]
    [InlineData(23, 0.0)]
    [InlineData(64, 1.0)]
    [InlineData(72, 0.5)]
    [InlineData(129, 1.0)]
    public void Every_row_solves_its_normal_equations(int factors, double exponent)
    {
        var interactions = Samples.Interactions(30, 300, 0.5, factors, weighted: true);
        var options = Samples.Options(factors) with { RegularizationExponent = exponent, Regularization = 0.05, InitialScale = 1 };
        var books = AlsTrainer.InitialFactors(300, options);
        var users = new FactorMatrix(30, factors);

        AlsHalfStep.Solve(interactions, books, users, options, s_none);

        for (var row = 0; row < 30; row++)
        {
            var error = NormalEquations.RelativeError(users.Row(row), interactions.ColumnsOf(row), interactions.WeightsOf(row), books, options);
            Assert.True(error < 1e-4, $"Row {row} is off by {error:g3}.");
        }
    }

    [Fact]
    public void The_objective_never_rises_after_a_half_step()
    {
        var interactions = Samples.Interactions(60, 50, 0.2, 3, weighted: true);
        var transposed = interactions.Transpose();
        var options = Samples.Options();
        var books = AlsTrainer.InitialFactors(50, options);
        var users = new FactorMatrix(60, options.Factors);
        var last = Objective.Of(interactions, users, books, options);
        for (var epoch = 0; epoch < 5; epoch++)
        {
            AlsHalfStep.Solve(interactions, books, users, options, s_none);
            var afterUsers = Objective.Of(interactions, users, books, options);
            Assert.True(afterUsers <= last * (1 + 1e-6), $"From {last} to {afterUsers}.");
            AlsHalfStep.Solve(transposed, users, books, options, s_none);
            last = Objective.Of(interactions, users, books, options);
            Assert.True(last <= afterUsers * (1 + 1e-6), $"From {afterUsers} to {last}.");
        }
    }

    [Fact]
    public void The_loss_reported_is_the_objective_worked_out_pair_by_pair()
    {
        var interactions = Samples.Interactions(20, 15, 0.3, 4, weighted: true);
        var options = Samples.Options(6);
        var reports = new List<EpochReport>();
        AlsTrainer.Train(interactions, options, new Collect(reports), s_none);

        var byBook = interactions.Transpose();
        var (users, books) = (new FactorMatrix(20, options.Factors), AlsTrainer.InitialFactors(15, options));
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            AlsHalfStep.Solve(interactions, books, users, options, s_none);
            AlsHalfStep.Solve(byBook, users, books, options, s_none);
        }

        double loss = 0;
        for (var user = 0; user < 20; user++)
        {
            for (var book = 0; book < 15; book++)
            {
                var score = Dot(users.Row(user), books.Row(book));
                var at = interactions.ColumnsOf(user).IndexOf(book);
                loss += (options.UnobservedWeight * score * score)
                    + (at < 0 ? 0 : interactions.WeightsOf(user)[at] * (1 - score) * (1 - score));
            }
        }

        loss += Enumerable.Range(0, 20).Sum(user => Penalty(interactions, user, users, options));
        loss += Enumerable.Range(0, 15).Sum(book => Penalty(byBook, book, books, options));
        Assert.Equal([1, 2, 3], reports.Select(report => report.Epoch));
        Assert.Equal(loss / interactions.Count, reports[^1].Loss, 1e-5 * loss / interactions.Count);
        Assert.Equal(loss, Objective.Of(interactions, users, books, options), 1e-5 * loss);
        Assert.True(reports[2].Loss <= reports[0].Loss);
    }

    [Fact]
    public void The_number_of_threads_does_not_change_a_bit()
    {
        var interactions = Samples.Interactions(300, 2000, 0.02, 5, weighted: true);
        var models = new[] { 1, 2, 7 }
            .Select(threads => AlsTrainer.Train(interactions, Samples.Options(24) with { Threads = threads }, null, s_none)).ToArray();

        Assert.All(models, model => Assert.Equal(models[0].UserFactors.Values.ToArray(), model.UserFactors.Values.ToArray()));
        Assert.All(models, model => Assert.Equal(models[0].BookFactors.Values.ToArray(), model.BookFactors.Values.ToArray()));
    }

    [Fact]
    public void Another_seed_gives_another_model()
    {
        var interactions = Samples.Interactions(20, 20, 0.3, 5);
        var a = AlsTrainer.Train(interactions, Samples.Options(), null, s_none);
        var b = AlsTrainer.Train(interactions, Samples.Options() with { Seed = 43 }, null, s_none);
        Assert.NotEqual(a.BookFactors.Values.ToArray(), b.BookFactors.Values.ToArray());
    }

    [Fact]
    public void Shards_of_rows_solved_alone_make_the_same_half_step()
    {
        var interactions = Samples.Interactions(50, 40, 0.3, 6);
        var options = Samples.Options();
        var books = AlsTrainer.InitialFactors(40, options);
        var whole = new FactorMatrix(50, options.Factors);
        var loss = AlsHalfStep.Solve(interactions, books, whole, options, s_none);

        var gramian = Gramian.Of(books, 1);
        var joined = new List<float>();
        var lossOfShards = 0.0;
        foreach (var (first, count) in new[] { (0, 13), (13, 0), (13, 37) })
        {
            var shard = new FactorMatrix(count, options.Factors);
            lossOfShards += AlsHalfStep.SolveRows(interactions, first, count, books, gramian, shard, options, s_none);
            joined.AddRange(shard.Values);
        }

        Assert.Equal(whole.Values.ToArray(), joined);
        Assert.Equal(loss, lossOfShards, 1e-9);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(72)]
    [InlineData(130)]
    public void A_half_step_that_may_spoil_the_fixed_side_solves_the_same(int factors)
    {
        var interactions = Samples.Interactions(40, 200, 0.3, 8, weighted: true);
        var options = Samples.Options(factors);
        var (books, spoiled) = (AlsTrainer.InitialFactors(200, options), AlsTrainer.InitialFactors(200, options));
        var (users, again) = (new FactorMatrix(40, factors), new FactorMatrix(40, factors));
        var loss = AlsHalfStep.Solve(interactions, books, users, options, s_none);
        Assert.Equal(loss, AlsHalfStep.SolveHalf(interactions, spoiled, again, options, spoilFixed: true, s_none));
        Assert.Equal(users.Values.ToArray(), again.Values.ToArray());
        Assert.Equal(AlsTrainer.InitialFactors(200, options).Values.ToArray(), books.Values.ToArray());
        Assert.All(Enumerable.Range(0, 200), row => Assert.Equal(Dot(books.Row(row), books.Row(7)), Dot(spoiled.Row(row), spoiled.Row(7)), 1e-6));
    }

    [Fact]
    public void Users_solved_alone_at_the_end_are_as_they_are_among_all()
    {
        var interactions = Samples.Interactions(40, 60, 0.2, 9, weighted: true);
        var training = new AlsTraining(interactions, Samples.Options() with { PopularityExponent = 0.4 });
        training.RunEpoch(s_none);
        var some = Samples.Copy(training.Finish(ReaderSample.Only(interactions, row => row % 3 == 0), s_none).UserFactors);
        var all = training.Finish(s_none).UserFactors;
        Assert.All(Enumerable.Range(0, 40).Where(row => row % 3 == 0), row => Assert.Equal(all.Row(row).ToArray(), some.Row(row).ToArray()));
    }

    [Fact]
    public void A_checkerboard_is_recovered()
    {
        var interactions = Samples.Rows(20, [.. Enumerable.Range(0, 20).Select(user => Enumerable.Range(0, 10).Select(i => (2 * i) + (user % 2)).ToArray())]);
        var options = new AlsOptions { Factors = 4, Epochs = 20, UnobservedWeight = 0.1, Regularization = 1e-3, Threads = 1 };
        var model = AlsTrainer.Train(interactions, options, null, s_none);
        for (var user = 0; user < 20; user++)
        {
            for (var book = 0; book < 20; book++)
            {
                var expected = user % 2 == book % 2 ? 1 / 1.1 : 0;
                Assert.Equal(expected, Dot(model.UserFactors.Row(user), model.BookFactors.Row(book)), 0.05);
            }
        }
    }

    [Fact]
    public void Rows_without_interactions_stay_zero()
    {
        var model = AlsTrainer.Train(Samples.Rows(3, [0, 1], [], [0]), Samples.Options(4), null, s_none);
        Assert.All(model.UserFactors.Row(1).ToArray(), value => Assert.Equal(0, value));
        Assert.All(model.BookFactors.Row(2).ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_cancelled_training_stops()
    {
        using var source = new CancellationTokenSource();
        var progress = new Collect([], () => source.Cancel());
        Assert.ThrowsAny<OperationCanceledException>(
            () => AlsTrainer.Train(Samples.Interactions(50, 50, 0.2, 1), Samples.Options() with { Epochs = 1000 }, progress, source.Token));
        Assert.Single(progress.Reports);
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        var good = new AlsOptions();
        (string Name, AlsOptions Options)[] bad =
        [
            (nameof(AlsOptions.Factors), good with { Factors = 0 }),
            (nameof(AlsOptions.Epochs), good with { Epochs = 0 }),
            (nameof(AlsOptions.UnobservedWeight), good with { UnobservedWeight = 0 }),
            (nameof(AlsOptions.Regularization), good with { Regularization = double.NaN }),
            (nameof(AlsOptions.RegularizationExponent), good with { RegularizationExponent = -1 }),
            (nameof(AlsOptions.InitialScale), good with { InitialScale = double.PositiveInfinity }),
            (nameof(AlsOptions.Threads), good with { Threads = -1 }),
        ];
        Assert.All(bad, option => Assert.Equal(option.Name, Assert.Throws<ArgumentOutOfRangeException>(option.Options.Validate).ParamName));
        Assert.Same(good, good.Validate());
    }

    static double Penalty(InteractionMatrix interactions, int row, FactorMatrix factors, AlsOptions options)
        => options.RegularizationOf(interactions.CountOf(row), interactions.Columns) * Dot(factors.Row(row), factors.Row(row));

    static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return sum;
    }

    sealed class Collect(List<EpochReport> reports, Action? then = null) : IProgress<EpochReport>
    {
        public List<EpochReport> Reports => reports;

        public void Report(EpochReport value)
        {
            reports.Add(value);
            then?.Invoke();
        }
    }
}
