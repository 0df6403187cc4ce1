using BookRec.Engine.Data;
using BookRec.Engine.Ranking;
using FsCheck.Xunit;

namespace BookRec.Tests.Engine.Ranking;

public sealed class TopKTests
{
    [Property(MaxTest = 300)]
    public void The_selection_is_the_head_of_the_sorted_list(int seed, byte books, byte count)
    {
        // Few distinct scores, so that ties are common; ids in an order of their own.
        var random = new Random(seed);
        var scores = Enumerable.Range(0, books).Select(_ => random.Next(6) == 0 ? float.NegativeInfinity : random.Next(-5, 5) / 4f).ToArray();
        var ids = new Vocabulary([.. Enumerable.Range(0, books).Select(i => (long)i).OrderBy(_ => random.Next())]);
        var excluded = Enumerable.Range(0, books).Where(_ => random.Next(4) == 0).ToHashSet();

        var expected = Enumerable.Range(0, books).Where(book => !excluded.Contains(book) && scores[book] > float.NegativeInfinity)
            .OrderByDescending(book => scores[book]).ThenBy(ids.IdAt).Take(count);
        Assert.Equal(expected, TopK.Select(scores, ids, book => !excluded.Contains(book), count));
    }

    [Fact]
    public void What_is_not_a_number_is_never_taken()
        => Assert.Equal([1], TopK.Select([float.NaN, 1, float.NaN], Samples.Ids(3), null, 3));
}
