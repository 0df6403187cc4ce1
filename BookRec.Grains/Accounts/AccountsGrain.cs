using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Storage.Accounts;
using Orleans.Concurrency;

namespace BookRec.Grains.Accounts;

/// <summary>Owns nothing; forwards to the database.</summary>
[StatelessWorker]
public sealed class AccountsGrain(AccountStore accounts, AuditLog audit) : Grain, IAccountsGrain
{
    public Task<Page<Account>> List(string? email, PageRequest page) => accounts.List(email, page);

    public Task<long> Note(AuditEntry entry) => audit.Add(entry);

    public Task Conclude(long number, int status, string? target) => audit.Conclude(number, status, target);

    public Task<Page<AuditEntry>> Audit(string? target, PageRequest page) => audit.List(target, page);
}
