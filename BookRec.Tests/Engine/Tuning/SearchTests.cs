using BookRec.Engine.Content;
using BookRec.Engine.Data;
using BookRec.Engine.Evaluation;
using BookRec.Engine.Factorization;
using BookRec.Engine.Neighbours;
using BookRec.Engine.Popularity;
using BookRec.Engine.Tuning;

namespace BookRec.Tests.Engine.Tuning;

public sealed class SearchTests
{
    static readonly TuningOptions s_options = new() { Factors = [4, 8], MaximumEpochs = 4, Readers = 50, Budget = TimeSpan.FromMinutes(5) };

    [Fact]
    public void The_search_finds_options_that_beat_the_worst_trial_and_repeats_itself()
    {
        var (split, books) = Taste();
        var trials = new List<TrialReport>();
        var best = AlsSearch.Run(split, books, s_options, new Collect(trials), TimeProvider.System, CancellationToken.None);
        Assert.True(best.Score >= trials.Where(trial => trial.Options.Factors == best.Options.Factors).Min(trial => trial.Score));
        Assert.InRange(best.Options.Epochs, 1, 4);
        Assert.Equal(best, AlsSearch.Run(split, books, s_options, null, TimeProvider.System, CancellationToken.None));
    }

    [Fact]
    public void Without_time_there_still_is_an_answer()
    {
        var (split, books) = Taste();
        var trials = new List<TrialReport>();
        var options = s_options with { Budget = TimeSpan.FromTicks(1) };
        var best = AlsSearch.Run(split, books, options, new Collect(trials), TimeProvider.System, CancellationToken.None);
        Assert.Equal(4, best.Options.Factors);
        Assert.Single(trials);
    }

    [Fact]
    public void A_strength_means_the_same_sum_of_regularization_at_every_exponent()
    {
        var interactions = Samples.Interactions(30, 40, 0.2, 1);
        double Sum(AlsOptions options) => Side(interactions, options) + Side(interactions.Transpose(), options);
        var linear = new AlsCandidate(0.1, 0.02, 1, 0).On(interactions, new());
        var root = new AlsCandidate(0.1, 0.02, 0.5, 0).On(interactions, new());
        Assert.Equal(0.02, linear.Regularization, 1e-12);
        Assert.Equal(Sum(linear), Sum(root), 1e-9 * Sum(linear));

        static double Side(InteractionMatrix rows, AlsOptions options) => Enumerable.Range(0, rows.Rows)
            .Where(row => rows.CountOf(row) > 0).Sum(row => options.RegularizationOf(rows.CountOf(row), rows.Columns));
    }

    [Fact]
    public void The_blend_leaves_out_a_content_that_says_nothing_of_taste()
    {
        var (split, books) = Taste();
        var als = AlsTrainer.Train(split.Train, Samples.Options(4), null, CancellationToken.None);
        var neighbours = NeighbourTrainer.Fit(split.Train, new(), 2, CancellationToken.None);
        var content = ContentIndex.Fit([.. Enumerable.Range(0, books.Count).Select(i => Samples.Text(i))]);
        BlockScorer[] parts =
        [
            RowScorers.Collaborative(als),
            RowScorers.OneByOne(RowScorers.Neighbours(neighbours, split.Train)),
            RowScorers.OneByOne(RowScorers.Content(content, split.Train)),
        ];
        var popularity = PopularityModel.Fit(split.Train, double.PositiveInfinity);
        var (blend, score) = BlendSearch.Run(split, books, parts, popularity, s_options with { Readers = 80 }, CancellationToken.None);
        var scorer = RowScorers.Hybrid(parts[0], RowScorers.Neighbours(neighbours, split.Train), RowScorers.Content(content, split.Train), popularity, split.Train, blend);
        var judged = Evaluator.EvaluateBlocks(split, books, scorer, [s_options.Cutoff], 1, CancellationToken.None);
        Assert.Equal(judged.Metrics[s_options.Metric].Mean, score, 1e-3);
        Assert.True(blend.CollaborativeWeight >= 0.5, $"{blend}");
        Assert.InRange(score, 0.01, 1);
    }

    [Fact]
    public void Popularity_gets_more_of_the_list_when_few_books_say_little()
    {
        // All that there is to know of a reader is how popular books are, unless the parts know what is to be found.
        var random = new Random(6);
        var rows = Enumerable.Range(0, 80).Select(_ => Enumerable.Range(0, 60).Where(book => random.NextDouble() < 0.6 * (60 - book) / 60).ToArray()).ToArray();
        var books = Samples.Ids(60);
        var split = Splits.LeaveShareOut(Samples.Rows(60, rows), Samples.Ids(80), books, 2, 0.2);
        var popularity = PopularityModel.Fit(split.Train, double.PositiveInfinity);

        Assert.True(Chosen(knownToKnow: 4) > Chosen(knownToKnow: 1), $"{Chosen(4)} against {Chosen(1)}");

        double Chosen(int knownToKnow) => BlendSearch.ForFewBooks(
            new(), split, split, books, train => [.. Enumerable.Repeat(Part(train, knownToKnow), 3)], popularity, s_options, CancellationToken.None).PopularityPseudoCount;

        BlockScorer Part(InteractionMatrix train, int knownToKnow) => RowScorers.OneByOne((row, scores) =>
        {
            for (var book = 0; book < scores.Length; book++)
            {
                scores[book] = train.CountOf(row) >= knownToKnow
                    ? rows[row].Contains(book) ? 1 : 0
                    : (float)SplitKey.Uniform(SplitKey.Of(9, row, book));
            }
        });
    }

    [Fact]
    public void Readers_held_out_are_a_tenth_and_in_no_training()
    {
        var (split, _) = Taste();
        var (known, strangers) = ReaderSample.HoldOut(split);
        var judged = Enumerable.Range(0, split.Test.Rows).Where(row => split.Test.CountOf(row) > 0).ToList();
        var heldOut = Enumerable.Range(0, split.Test.Rows).Where(row => strangers.Test.CountOf(row) > 0).ToList();
        Assert.Equal(judged.Count / 10, heldOut.Count);
        foreach (var row in judged)
        {
            var (here, there) = heldOut.Contains(row) ? (strangers, known) : (known, strangers);
            Assert.Equal(split.Train.ColumnsOf(row).ToArray(), here.Train.ColumnsOf(row).ToArray());
            Assert.Equal(split.Test.ColumnsOf(row).ToArray(), here.Test.ColumnsOf(row).ToArray());
            Assert.Equal((0, 0), (there.Train.CountOf(row), there.Test.CountOf(row)));
        }
    }

    [Fact]
    public void The_search_for_neighbours_is_no_worse_than_where_it_starts_and_repeats_itself()
    {
        var (split, books) = Taste();
        var reports = new List<SearchReport>();
        var best = NeighbourSearch.Run(split, books, s_options, new CollectReports(reports), TimeProvider.System, CancellationToken.None);
        Assert.True(reports.Count > 10);
        Assert.Equal(best, NeighbourSearch.Run(split, books, s_options, null, TimeProvider.System, CancellationToken.None));
        Assert.Equal(0, NeighbourSearch.Run(split, books, s_options with { MaximumNeighbours = 0 }, null, TimeProvider.System, CancellationToken.None).Neighbours);
    }

    [Theory]
    [InlineData(0, 0.01, 0.01, 2)]
    [InlineData(0.5, 0.01, 0.01, 2)]
    [InlineData(1, 160, 100, 0)]
    public void From_the_edge_of_what_is_allowed_the_search_goes_inward(double share, double ridge, double growth, double readerExponent)
    {
        var (split, books) = Taste();
        var edge = new RegressionOptions { Share = share, Ridge = ridge, Growth = growth, ReaderExponent = readerExponent, Predictors = 60 };
        var previous = new ModelRecipe(new(), new() { Neighbours = 60, Regression = edge }, new());
        var reports = new List<SearchReport>();

        NeighbourSearch.Run(split, books, s_options with { Previous = previous }, new CollectReports(reports), TimeProvider.System, CancellationToken.None).Validate();

        Assert.True(reports.Where(report => report.Part == "regression").Select(report => report.Score).Distinct().Count() > 5);
    }

    [Fact]
    public void The_search_for_a_model_gives_valid_options_repeats_itself_and_starts_from_an_earlier_answer()
    {
        var (split, books) = Taste();
        var content = ContentIndex.Fit([.. Enumerable.Range(0, books.Count).Select(i => Samples.Text(i))]);
        var (options, score) = ModelSearch.Run(split, books, content, s_options, null, TimeProvider.System, CancellationToken.None);
        Assert.Equal((options, score), ModelSearch.Run(split, books, content, s_options, null, TimeProvider.System, CancellationToken.None));
        options.Als.Validate();
        options.Neighbours.Validate();
        options.Hybrid.Validate();

        var hurried = s_options with { Budget = TimeSpan.FromTicks(1), Previous = options };
        var (again, _) = ModelSearch.Run(split, books, content, hurried, null, TimeProvider.System, CancellationToken.None);
        Assert.Equal(options.Neighbours, again.Neighbours);
        Assert.Equal(options.Als.Regularization, again.Als.Regularization, 1e-9);
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
        => Assert.Equal("Factors", Assert.Throws<ArgumentOutOfRangeException>((s_options with { Factors = [8, 4] }).Validate).ParamName);

    /// <summary>Two tastes, each with half of the books.</summary>
    static (Split Split, Vocabulary Books) Taste()
    {
        var random = new Random(5);
        var rows = Enumerable.Range(0, 80).Select(user => Enumerable.Range(0, 60)
            .Where(book => random.NextDouble() < (user % 2 == book % 2 ? 0.4 : 0.03)).ToArray()).ToArray();
        var books = Samples.Ids(60);
        return (Splits.LeaveShareOut(Samples.Rows(60, rows), Samples.Ids(80), books, 2, 0.2), books);
    }

    sealed class CollectReports(List<SearchReport> reports) : IProgress<SearchReport>
    {
        public void Report(SearchReport value) => reports.Add(value);
    }

    sealed class Collect(List<TrialReport> trials) : IProgress<TrialReport>
    {
        public void Report(TrialReport value) => trials.Add(value);
    }
}
