using BookRec.Hosting;

namespace BookRec.Tests.Hosting;

public sealed class RememberedTests
{
    [Fact]
    public void What_is_asked_for_again_is_made_once()
    {
        var made = 0;
        var squares = new Remembered<int, string>(10);

        Assert.Equal("4", squares.FindOrMake(2, Square));
        Assert.Equal("4", squares.FindOrMake(2, Square));

        Assert.Equal(1, made);
        Assert.Null(squares.Find(3));

        string Square(int number)
        {
            made++;
            return $"{number * number}";
        }
    }

    [Fact]
    public void It_holds_no_more_than_it_may_and_always_the_latest()
    {
        var squares = new Remembered<int, string>(3);

        foreach (var number in Enumerable.Range(0, 100))
        {
            squares.Keep(number, $"{number}");
            Assert.InRange(Enumerable.Range(0, 100).Count(n => squares.Find(n) is not null), 1, 3);
            Assert.Equal($"{number}", squares.Find(number));
        }
    }

    [Fact]
    public void Only_the_value_that_is_named_is_forgotten()
    {
        var squares = new Remembered<int, string>(3);
        squares.Keep(1, "later");

        squares.Forget(1, "earlier");
        Assert.Equal("later", squares.Find(1));
        squares.Forget(1, "later");

        Assert.Null(squares.Find(1));
    }
}
