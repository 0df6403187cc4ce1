using System.Runtime.CompilerServices;
using BookRec.Engine.Artifacts;
using BookRec.Grains.Interfaces.Catalogue;
using BookRec.Grains.Models;

namespace BookRec.Tests.Grains;

public sealed class ServingViewTests
{
    private static readonly ServingView View = ServingView.Of(
        ModelSnapshot.Empty,
        [Book(1, "fantasy", "humour"), Book(2), Book(3, "fantasy"), Book(4, "crime", "fantasy")]);

    [Theory]
    [InlineData("fantasy", new long[] { 1, 3, 4 })]
    [InlineData("Humour", new long[] { 1 })]
    [InlineData(" fantásy ", new long[] { 1, 3, 4 })]
    [InlineData("fant", new long[0])]
    public void Books_are_told_by_genre_in_any_case_and_with_any_accents(string genre, long[] having) => Assert.Equal(having, Having(View, genre));

    [Fact]
    public void Genres_follow_the_catalogue()
    {
        Assert.Equal([1L], Having(View, "humour"));

        var changed = View.With(new Dictionary<long, Book?> { [1] = null, [2] = Book(2, "humour"), [5] = Book(5, "fantasy") });

        Assert.Equal([2L], Having(changed, "humour"));
        Assert.Equal([3L, 4L, 5L], Having(changed, "fantasy"));
        Assert.Equal([1L], Having(View, "humour"));
    }

    [Theory]
    [InlineData("fantasy")]
    [InlineData("a genre that somebody made up")]
    public void Nothing_is_kept_of_a_question(string genre)
    {
        var answer = Ask(genre);

        GC.Collect();

        Assert.False(answer.IsAlive);
    }

    /// <summary>In a method of its own, so that no local of the caller holds the answer.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Ask(string genre) => new(View.WithGenre(genre));

    private static IEnumerable<long> Having(ServingView view, string genre)
    {
        var having = view.WithGenre(genre);
        return Enumerable.Range(0, view.Count).Where(index => having[index]).Select(view.Model.Books.IdAt);
    }

    private static Book Book(long id, params string[] genres) => new(id, $"Title {id}", [], null, null, genres, null, null, null, 0, null, 1);
}
