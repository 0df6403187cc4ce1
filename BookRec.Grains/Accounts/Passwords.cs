using System.Globalization;
using System.Text.RegularExpressions;
using BookRec.Grains.Interfaces.Text;

namespace BookRec.Grains.Accounts;

/// <summary>
/// bcrypt (Provos and Mazières 1999), away from the threads that answer requests and a few at a time, so that many logins at once do not
/// slow everybody else down.
/// </summary>
public sealed partial class Passwords : IDisposable
{
    /// <summary>Two to this power rounds: about a fifth of a second a password on a server of 2025.</summary>
    public const int DefaultCost = 12;

    /// <summary>A stored hash that asks for more is damaged: it would take minutes.</summary>
    private const int MaximumCost = 16;

    private readonly int _cost;
    private readonly SemaphoreSlim _turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>
    /// Compared against when there is no account or no usable hash, so that both take as long as a wrong password. Made at once: a first
    /// stranger must not take longer than the next.
    /// </summary>
    private readonly Task<string> _nobody;

    /// <param name="cost">The logarithm of the rounds, 4 to 16.</param>
    public Passwords(int cost = DefaultCost)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cost, 4);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cost, MaximumCost);
        _cost = cost;
        _nobody = Task.Run(() => BCrypt.Net.BCrypt.HashPassword("nobody's password", _cost));
    }

    public Task<string> Hash(string password) => InTurn(() => BCrypt.Net.BCrypt.HashPassword(LatinLetters.Compose(password), _cost));

    /// <param name="password">What was entered.</param>
    /// <param name="hash">What is stored, or null when there is no account or it has no login.</param>
    public async Task<bool> Matches(string password, string? hash)
    {
        var usable = hash is not null && CostOf(hash) is not null;
        var compared = usable ? hash! : await _nobody;
        return await InTurn(() => BCrypt.Net.BCrypt.Verify(LatinLetters.Compose(password), compared)) && usable;
    }

    /// <summary>Whether a hash was made when fewer rounds were enough.</summary>
    public bool IsOutdated(string hash) => CostOf(hash) < _cost;

    public void Dispose() => _turns.Dispose();

    /// <summary>Null when the text is no hash that could be checked.</summary>
    private static int? CostOf(string hash)
        => Shape().Match(hash) is { Success: true } shape
            && int.Parse(shape.Groups["cost"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) is >= 4 and <= MaximumCost and var cost
                ? cost
                : null;

    private async Task<T> InTurn<T>(Func<T> work)
    {
        await _turns.WaitAsync();
        try
        {
            return await Task.Run(work);
        }
        finally
        {
            _turns.Release();
        }
    }

    [GeneratedRegex(@"\A\$2[aby]\$(?<cost>[0-9]{2})\$[./A-Za-z0-9]{53}\z")]
    private static partial Regex Shape();
}
