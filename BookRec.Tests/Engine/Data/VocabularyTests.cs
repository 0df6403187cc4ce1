using BookRec.Engine.Data;

namespace BookRec.Tests.Engine.Data;

public sealed class VocabularyTests
{
    [Fact]
    public void Ids_and_indices_lead_to_each_other_and_strangers_to_minus_one()
    {
        var vocabulary = new Vocabulary([30, -1, 7]).Append(long.MaxValue);

        Assert.Equal(4, vocabulary.Count);
        Assert.All(Enumerable.Range(0, 4), index => Assert.Equal(index, vocabulary.IndexOf(vocabulary.IdAt(index))));
        Assert.Equal(-1, vocabulary.IndexOf(8));
    }

    [Fact]
    public void Appending_leaves_the_original_alone_and_refuses_what_is_known()
    {
        var vocabulary = new Vocabulary([1, 2]);
        var longer = vocabulary.Append(3);

        Assert.Equal((2, 3), (vocabulary.Count, longer.Count));
        Assert.Equal(-1, vocabulary.IndexOf(3));
        Assert.Throws<ArgumentException>(() => longer.Append(3));
        Assert.Throws<ArgumentException>(() => longer.Append(1));
    }

    [Fact]
    public void An_id_given_twice_is_refused() => Assert.Throws<ArgumentException>(() => new Vocabulary([1, 1]));
}
