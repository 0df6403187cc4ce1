namespace BookRec.Grains.Accounts;

/// <summary>
/// bcrypt (Provos and Mazières 1999), away from the threads that answer requests and a few at a time, so that many logins at once do not
/// slow everybody else down.
/// </summary>
public sealed class Passwords : IDisposable
{
    /// <summary>Two to this power rounds: about a fifth of a second a password on a server of 2025.</summary>
    private const int Cost = 12;

    private readonly SemaphoreSlim _turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Compared against when there is no account, so that a missing account takes as long as a wrong password.</summary>
    private readonly Lazy<string> _nobody = new(() => BCrypt.Net.BCrypt.HashPassword("nobody's password", Cost));

    public Task<string> Hash(string password) => InTurn(() => BCrypt.Net.BCrypt.HashPassword(password, Cost));

    /// <param name="password">What was entered.</param>
    /// <param name="hash">What is stored, or null when there is no account or it has no login.</param>
    public Task<bool> Matches(string password, string? hash) => InTurn(() =>
    {
        var matches = Verify(password, hash ?? _nobody.Value);
        return matches && hash is not null;
    });

    public void Dispose() => _turns.Dispose();

    private static bool Verify(string password, string hash)
    {
        try
        {
            return BCrypt.Net.BCrypt.Verify(password, hash);
        }
        catch (BCrypt.Net.SaltParseException)
        {
            // A hash that cannot be read matches no password.
            return false;
        }
    }

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
}
