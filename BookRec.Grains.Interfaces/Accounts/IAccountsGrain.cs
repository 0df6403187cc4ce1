namespace BookRec.Grains.Interfaces.Accounts;

/// <summary>All accounts, for administrators, and the log of what administrators did. Owns nothing; there is one name for it, 0.</summary>
[Alias("bookrec.IAccountsGrain")]
public interface IAccountsGrain : IGrainWithIntegerKey
{
    /// <summary>People's accounts, newest first; with an address, at most the one that has it.</summary>
    [Alias("List")]
    Task<Page<Account>> List(string? email, PageRequest page);

    /// <summary>Notes what an administrator is about to do, before it is done.</summary>
    /// <returns>The entry's number.</returns>
    [Alias("Note")]
    Task<long> Note(AuditEntry entry);

    /// <summary>Adds how it ended.</summary>
    /// <param name="target">What was made, where the route did not name it.</param>
    [Alias("Conclude")]
    Task Conclude(long number, int status, string? target);

    /// <summary>Newest first; with a target, what was done to that.</summary>
    [Alias("Audit")]
    Task<Page<AuditEntry>> Audit(string? target, PageRequest page);
}

/// <summary>One thing an administrator did.</summary>
/// <param name="Actor">The administrator's account.</param>
/// <param name="Action">Method and route template.</param>
/// <param name="Target">What the route names, such as an account or a model version, or what was made; null when there is neither.</param>
/// <param name="RequestId">Leads to the log.</param>
/// <param name="Status">How it ended, as an HTTP status; null when that is not known, because the process went away meanwhile.</param>
[GenerateSerializer, Immutable, Alias("bookrec.AuditEntry")]
public sealed record AuditEntry(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] Guid Actor,
    [property: Id(2)] string Action,
    [property: Id(3)] string? Target,
    [property: Id(4)] string RequestId,
    [property: Id(5)] int? Status);
