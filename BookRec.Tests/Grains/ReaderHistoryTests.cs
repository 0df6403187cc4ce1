using BookRec.Grains.Interfaces.Readers;
using BookRec.Grains.Options;
using BookRec.Grains.Readers;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace BookRec.Tests.Grains;

public sealed class ReaderHistoryTests
{
    private static readonly InteractionOptions Weights = new();
    private static readonly DateTimeOffset Day = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(InteractionType.Dislike)]
    [InlineData(InteractionType.NotInterested)]
    [InlineData(InteractionType.Abandoned)]
    public void Negative_acts_count_against_the_book(InteractionType type) => Assert.True(WeightAfter((type, null)) < 0);

    [Theory]
    [InlineData(0.5)]
    [InlineData(2.0)]
    public void A_rating_under_two_and_a_half_counts_against_the_book(double rating) => Assert.True(WeightAfter((InteractionType.Rating, rating)) < 0);

    [Fact]
    public void Better_ratings_weigh_more()
    {
        double[] ratings = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5];
        var weights = ratings.Select(r => WeightAfter((InteractionType.Rating, r))).ToList();
        Assert.Equal(weights.Order(), weights);
        Assert.Equal(ratings.Length, weights.Distinct().Count());
    }

    [Fact]
    public void The_latest_spoken_opinion_wins()
    {
        Assert.True(WeightAfter((InteractionType.Like, null), (InteractionType.Dislike, null)) < 0);
        Assert.True(WeightAfter((InteractionType.Dislike, null), (InteractionType.Rating, 5)) > 0);
    }

    [Fact]
    public void Acts_do_not_overrule_a_spoken_opinion()
        => Assert.True(WeightAfter((InteractionType.Dislike, null), (InteractionType.View, null), (InteractionType.Finished, null)) < 0);

    [Fact]
    public void Without_an_opinion_the_strongest_act_counts()
        => Assert.Equal((float)Weights.Finished, WeightAfter((InteractionType.Finished, null), (InteractionType.View, null)));

    [Fact]
    public void Any_interaction_makes_a_book_seen()
    {
        var history = new ReaderHistory(Weights);
        history.Add(new Interaction(1, 7, InteractionType.NotInterested, null, Day));
        Assert.Equal([7], history.Preferences.Keys);
    }

    [Fact]
    public void Undoing_the_last_interaction_with_a_book_makes_it_unseen()
    {
        var history = new ReaderHistory(Weights);
        history.Add(new Interaction(1, 7, InteractionType.Like, null, Day));
        Assert.True(history.Remove(1));
        Assert.Empty(history.Preferences);
        Assert.False(history.Remove(1));
    }

    [Property(MaxTest = 200)]
    public Property The_order_of_arrival_does_not_matter()
    {
        var events = from book in Gen.Choose(1, 4)
                     from type in Gen.Elements(Enum.GetValues<InteractionType>())
                     from rating in Gen.Choose(1, 10)
                     from hour in Gen.Choose(0, 5)
                     select (book, type, rating: rating / 2.0, hour);
        var cases = from list in Gen.ListOf(events)
                    let interactions = list.Select((e, i) => new Interaction(
                        i + 1, e.book, e.type, e.type == InteractionType.Rating ? e.rating : null, e.hour == 0 ? null : Day.AddHours(e.hour))).ToArray()
                    from shuffled in Gen.Shuffle(interactions)
                    select (interactions, shuffled);
        return Prop.ForAll(cases.ToArbitrary(), c => Fold(c.interactions).OrderBy(p => p.Key).SequenceEqual(Fold(c.shuffled).OrderBy(p => p.Key)));
    }

    [Property(MaxTest = 200)]
    public Property Undo_is_as_if_it_had_never_happened()
    {
        var events = from book in Gen.Choose(1, 3)
                     from type in Gen.Elements(Enum.GetValues<InteractionType>())
                     select (book, type);
        var cases = from list in Gen.NonEmptyListOf(events)
                    let interactions = list.Select((e, i) => new Interaction(
                        i + 1, e.book, e.type, e.type == InteractionType.Rating ? 4 : null, Day.AddMinutes(i))).ToArray()
                    from undone in Gen.Choose(1, interactions.Length)
                    select (interactions, undone);
        return Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var history = new ReaderHistory(Weights);
            foreach (var interaction in c.interactions)
                history.Add(interaction);
            history.Remove(c.undone);
            var without = Fold([.. c.interactions.Where(i => i.Id != c.undone)]);
            return history.Preferences.OrderBy(p => p.Key).SequenceEqual(without.OrderBy(p => p.Key));
        });
    }

    private static float WeightAfter(params (InteractionType Type, double? Rating)[] acts)
        => Fold([.. acts.Select((a, i) => new Interaction(i + 1, 1, a.Type, a.Rating, Day.AddMinutes(i)))])[1].Weight;

    private static IReadOnlyDictionary<long, Preference> Fold(Interaction[] interactions)
    {
        var history = new ReaderHistory(Weights);
        foreach (var interaction in interactions)
            history.Add(interaction);
        return history.Preferences;
    }
}
