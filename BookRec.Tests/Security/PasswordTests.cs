using BookRec.Grains.Accounts;
using BookRec.Grains.Interfaces.Text;
using BookRec.Hosting;

namespace BookRec.Tests.Security;

public sealed class PasswordTests
{
    [Fact]
    public void The_list_of_common_passwords_is_long()
        => Assert.InRange(CommonPasswords.Count, 3_000, 100_000);

    [Theory]
    [InlineData("password2024")]
    [InlineData("Password2024!")]
    [InlineData("P4ssw0rd2024")]
    [InlineData("qwertyuiop[]")]
    [InlineData("QWERTYUIOPASDF")]
    [InlineData("1q2w3e4r5t6y")]
    [InlineData("iloveyou1234")]
    [InlineData("September2025")]
    [InlineData("administrator")]
    [InlineData("Administrator!!")]
    [InlineData("123456789012")]
    [InlineData("abcabcabcabcabc")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    [InlineData("correct horse battery staple")]
    [InlineData("CorrectHorseBatteryStaple")]
    [InlineData("my own ada@example.org")]
    [InlineData("elevenchars")]
    [InlineData("ééééééééééé")]
    public void What_is_guessed_first_or_short_is_refused(string password) => Assert.NotEmpty(PasswordPolicy.Problems(password, "ada@example.org"));

    [Theory]
    [InlineData("a horse of another color")]
    [InlineData("пароль по-русски")]
    [InlineData("twelve-chars")]
    [InlineData("十二文字以上の長い合言葉です")]
    public void What_is_long_and_ones_own_is_taken(string password) => Assert.Empty(PasswordPolicy.Problems(password, "ada@example.org"));

    [Fact]
    public void Seventy_two_bytes_are_taken_and_one_more_is_refused()
    {
        const string nine = "né wrong";
        Assert.Empty(PasswordPolicy.Problems(string.Concat(Enumerable.Range(0, 8).Select(i => $"{nine[..7]}{i}"))));
        Assert.Empty(PasswordPolicy.Problems(new string('x', 70) + "é"));
        Assert.Equal(["must have at most 72 bytes"], PasswordPolicy.Problems(new string('x', 71) + "é"));
    }

    [Fact]
    public void What_differs_in_the_last_of_seventy_two_bytes_differs()
    {
        var (one, other) = (new string('x', 69) + "one", new string('x', 69) + "onf");
        var hash = BCrypt.Net.BCrypt.HashPassword(one, 4);
        Assert.True(BCrypt.Net.BCrypt.Verify(one, hash));
        Assert.False(BCrypt.Net.BCrypt.Verify(other, hash));
    }

    [Theory]
    [InlineData("Jose\u0301", "José")]
    [InlineData("a\u0323\u0302", "ậ")]
    [InlineData("a\u0302\u0323", "ậ")]
    [InlineData("â\u0323", "ậ")]
    [InlineData("\u110B\u1161\u11AB\u1102\u1167\u11BC", "안녕")]
    [InlineData("か\u3099ハ\u309A", "がパ")]
    [InlineData("plain", "plain")]
    [InlineData("x\u0301", "x\u0301")]
    [InlineData("\u0301a", "\u0301a")]
    public void Letters_and_their_marks_become_one(string typed, string composed)
    {
        Assert.Equal(composed, LatinLetters.Compose(typed));
        Assert.Equal(composed, LatinLetters.Compose(composed));
    }

    [Fact]
    public async Task A_password_matches_however_the_keyboard_composed_it()
    {
        using var passwords = new Passwords(4);
        var hash = await passwords.Hash("une e\u0301te\u0301 sans fin");
        Assert.True(await passwords.Matches("une été sans fin", hash));
        Assert.False(await passwords.Matches("une ete sans fin", hash));
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain text")]
    [InlineData("$2b$12$tooshort")]
    [InlineData("$2b$99$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZabcde")]
    [InlineData("$2b$31$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZabcde")]
    [InlineData("$2b$xx$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZabcde")]
    [InlineData("$1$salt$hash")]
    public async Task A_corrupt_hash_matches_nothing_and_breaks_nothing(string hash)
    {
        using var passwords = new Passwords(4);
        Assert.False(await passwords.Matches("nobody's password", hash));
        Assert.False(passwords.IsOutdated(hash));
    }

    [Fact]
    public async Task No_password_is_nobodys()
    {
        using var passwords = new Passwords(4);
        Assert.False(await passwords.Matches("nobody's password", null));
    }

    [Fact]
    public async Task A_hash_of_fewer_rounds_is_outdated()
    {
        using var once = new Passwords(4);
        using var now = new Passwords(5);
        var old = await once.Hash("a horse of another color");
        Assert.True(now.IsOutdated(old));
        Assert.True(await now.Matches("a horse of another color", old));
        Assert.False(now.IsOutdated(await now.Hash("a horse of another color")));
    }
}
