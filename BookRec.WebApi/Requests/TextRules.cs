using System.Globalization;
using System.Text.RegularExpressions;

namespace BookRec.WebApi.Requests;

/// <summary>Rules for texts that several requests share.</summary>
public static partial class TextRules
{
    public const int EmailLength = 254;

    private const int LocalPartLength = 64;

    /// <summary>Adds an error when a given text is too long, blank or holds control characters.</summary>
    /// <param name="lines">Whether line breaks and tabs may be in it.</param>
    public static void Text(this FieldErrors errors, string field, string? text, int maximum, bool lines = false)
    {
        if (text is null)
            return;
        errors.Require(!string.IsNullOrWhiteSpace(text), field, "must not be empty");
        errors.Require(text.Length <= maximum, field, $"must have at most {maximum.ToString("N0", CultureInfo.InvariantCulture)} characters");
        errors.Require(!text.Any(c => IsRefused(c, lines)), field, "must not contain control characters");
    }

    public static void RequiredText(this FieldErrors errors, string field, string? text, int maximum)
    {
        errors.Require(text is not null, field, Words.Required);
        errors.Text(field, text, maximum);
    }

    public static bool IsEmail(string address)
    {
        var at = address.LastIndexOf('@');
        return address.Length <= EmailLength
            && at is > 0 and <= LocalPartLength
            && !address[..at].Any(c => c is '@' or '<' or '>' or '"' or ',' or ';' || char.IsWhiteSpace(c) || char.IsControl(c))
            && Domain().IsMatch(address[(at + 1)..]);
    }

    /// <summary>Shape of a language tag (BCP 47): a language and any number of subtags.</summary>
    public static bool IsLanguageTag(string tag) => LanguageTag().IsMatch(tag);

    private static bool IsRefused(char c, bool lines) => char.IsControl(c) && !(lines && c is '\n' or '\r' or '\t');

    [GeneratedRegex(@"\A[\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?(\.[\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?)*\z")]
    private static partial Regex Domain();

    [GeneratedRegex(@"\A[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,8}\z")]
    private static partial Regex LanguageTag();
}
