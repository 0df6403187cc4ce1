using System.CommandLine;
using System.Globalization;

namespace BookRec.Cli;

static class OptionRules
{
    /// <summary>Refuses every value but those told. It is read here, since asking the library for one of another type throws.</summary>
    public static void Takes<T>(this Option option, string what, Func<T, bool> holds)
        where T : IParsable<T>
        => option.Validators.Add(given =>
        {
            if (given.Tokens is [var token] && !(T.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) && holds(value)))
                given.AddError($"{option.Name} takes {what}, not '{token.Value}'");
        });
}
