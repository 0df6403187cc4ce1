using BookRec.Grains.Interfaces.Text;

namespace BookRec.Grains.Interfaces.Accounts;

/// <summary>How addresses are compared, said once for whoever makes the key of an <see cref="IAccountGrain"/>.</summary>
public static class EmailAddress
{
    /// <summary>Trimmed, composed, lower case: however it was typed, the same person.</summary>
    public static string Normalise(string address) => LatinLetters.Compose(address.Trim()).ToLowerInvariant();
}
