using BookRec.Engine.Content;

namespace BookRec.Tests.Engine.Content;

public sealed class TokenizerTests
{
    [Theory]
    [InlineData("The Café of Crème Brûlée", "cafe creme brûlée:brule")]
    [InlineData("Surely You're Joking!", "surely:sure joking:joke")]
    [InlineData("Running   Dogs—Ran 1984", "running:run dogs:dog ran 1984")]
    [InlineData("Straße, Æsop & Łódź", "strasse:strass aesop lodz")]
    [InlineData("Война и мир", "война и мир")]
    [InlineData("The of and", "")]
    public void Words_are_folded_stopped_and_stemmed(string text, string expected)
    {
        var stems = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Split(':')[^1]);
        Assert.Equal(stems, new Tokenizer().Words(text).Select(word => word.Stem));
    }

    [Fact]
    public void Accents_written_as_characters_of_their_own_are_dropped()
        => Assert.Equal("cafe", Assert.Single(new Tokenizer().Words("Cafe\u0301")).Word);

    [Fact]
    public void A_label_is_one_folded_term() => Assert.Equal("ursula k le guin", Tokenizer.Label(" Ursula K.  LE GUIN"));

    [Theory]
    [InlineData("Dune Messiah (Dune, #2)", "Dune Messiah", "Dune")]
    [InlineData("The Gunslinger (The Dark Tower #1)", "The Gunslinger", "The Dark Tower")]
    [InlineData("A (Alex Cross, #1; Cross World, #2-3)", "A", "Alex Cross|Cross World")]
    [InlineData("1984 (Signet Classics)", "1984 (Signet Classics)", "")]
    [InlineData("Plain", "Plain", "")]
    [InlineData("(#1)", "", "")]
    [InlineData("Odd (####", "Odd (####", "")]
    public void The_series_is_read_from_the_parentheses(string title, string rest, string series)
    {
        var (actualRest, actualSeries) = BookTerms.SplitTitle(title);
        Assert.Equal(rest, actualRest);
        Assert.Equal(series, string.Join('|', actualSeries));
    }
}
