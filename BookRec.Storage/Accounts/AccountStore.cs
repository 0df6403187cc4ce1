using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Storage.Databases;

namespace BookRec.Storage.Accounts;

/// <summary>What a login is checked against.</summary>
public sealed record Credentials(Account Account, string? PasswordHash);

/// <summary>Accounts and their password hashes. Addresses are unique by their normalised form.</summary>
public sealed class AccountStore(Database database, TimeProvider time)
{
    private const string AllAccounts = "accounts";

    // Text is the one form both drivers read a Guid from.
    private const string Select =
        """
        SELECT number, CAST(id AS TEXT) AS id, email, password_hash AS passwordhash, display_name AS displayname, role, kind,
            created_at AS createdat, disabled_at AS disabledat
        FROM accounts
        """;

    /// <summary>True of an account that is no administrator, and of an administrator who is not the last one in office.</summary>
    private const string LeavesAnAdmin =
        """
        (role <> @admin OR disabled_at IS NOT NULL
            OR EXISTS (SELECT 1 FROM accounts other WHERE other.role = @admin AND other.disabled_at IS NULL AND other.id <> @id))
        """;

    /// <exception cref="RejectedException">Conflict with field <c>email</c> when the address is taken.</exception>
    public async Task<Account> Create(string email, string passwordHash, string? displayName, Role role, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var account = new Account(
            Guid.CreateVersion7(now), email.Trim(), displayName, role, AccountKind.Person, DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()));
        var added = await database.Write(
            session => session.Execute(
                """
                INSERT INTO accounts (id, email, email_key, password_hash, display_name, role, kind, created_at)
                VALUES (@id, @email, @key, @passwordHash, @displayName, @role, @kind, @now) ON CONFLICT DO NOTHING
                """,
                new
                {
                    id = account.Id,
                    email = account.Email,
                    key = EmailAddress.Normalise(email),
                    passwordHash,
                    displayName,
                    role = (short)role,
                    kind = (short)account.Kind,
                    now = now.ToUnixTimeMilliseconds(),
                }),
            cancellationToken);
        return added == 1 ? account : throw new RejectedException(RejectionKind.Conflict, "An account with this address exists.", "email");
    }

    /// <summary>What a login with this address is checked against. A disabled account is nobody's: it cannot log in.</summary>
    public async Task<Credentials?> FindByEmail(string normalisedEmail, CancellationToken cancellationToken = default)
        => await Row("email_key = @normalisedEmail AND disabled_at IS NULL", new { normalisedEmail }, cancellationToken)
            is { } row ? new Credentials(row.ToAccount(), row.PasswordHash) : null;

    public async Task<Credentials?> FindCredentials(Guid id, CancellationToken cancellationToken = default)
        => await Row("id = @id AND disabled_at IS NULL", new { id }, cancellationToken) is { } row ? new Credentials(row.ToAccount(), row.PasswordHash) : null;

    /// <summary>The account, disabled or not.</summary>
    public async Task<Account?> Find(Guid id, CancellationToken cancellationToken = default) => (await Row("id = @id", new { id }, cancellationToken))?.ToAccount();

    /// <summary>People's accounts, newest first.</summary>
    /// <param name="email">Only the account with this address; null for all.</param>
    public Task<Page<Account>> List(string? email, PageRequest page, CancellationToken cancellationToken = default)
    {
        var cursor = Cursor.Decode(AllAccounts, page.Cursor, _ => true);
        return database.Read(
            async session =>
            {
                var rows = await session.List<AccountRow>(
                    $"""
                    {Select} WHERE kind = @person {(email is null ? "" : "AND email_key = @email")} {(cursor is null ? "" : "AND number < @after")}
                    ORDER BY number DESC LIMIT @limit
                    """,
                    new
                    {
                        person = (short)AccountKind.Person,
                        email = email is null ? null : EmailAddress.Normalise(email),
                        after = cursor?.Id ?? 0,
                        limit = page.Limit + 1,
                    });
                return rows.ToPage(page.Limit, r => r.ToAccount(), last => Cursor.Encode(AllAccounts, "", last.Number));
            },
            cancellationToken);
    }

    public async Task<bool> AnyAdmin(CancellationToken cancellationToken = default)
        => (await database.Read(
            session => session.List<int>("SELECT 1 FROM accounts WHERE role = @role AND disabled_at IS NULL LIMIT 1", new { role = (short)Role.Admin }),
            cancellationToken)).Count > 0;

    /// <summary>Puts another hash in the place of one.</summary>
    /// <returns>False when it is another one by now: nothing was changed.</returns>
    public Task<bool> SetPassword(Guid id, string passwordHash, string replaced, CancellationToken cancellationToken = default)
        => database.Write(
            async session => await session.Execute(
                "UPDATE accounts SET password_hash = @passwordHash WHERE id = @id AND password_hash = @replaced", new { id, passwordHash, replaced }) == 1,
            cancellationToken);

    /// <returns>The account as it is now; null when there is none.</returns>
    /// <exception cref="RejectedException">Conflict when no administrator would be left.</exception>
    public Task<Account?> SetRole(Guid id, Role role, CancellationToken cancellationToken = default)
        => Change(id, "role = @role", new { id, role = (short)role, admin = (short)Role.Admin }, role == Role.Admin, cancellationToken);

    /// <inheritdoc cref="SetRole"/>
    public Task<Account?> SetDisabled(Guid id, bool disabled, CancellationToken cancellationToken = default)
        => Change(
            id,
            disabled ? "disabled_at = COALESCE(disabled_at, @now)" : "disabled_at = NULL",
            new { id, now = time.NowMilliseconds(), admin = (short)Role.Admin },
            harmless: !disabled,
            cancellationToken);

    /// <summary>Removes the account and everything that belongs to it. Does nothing when it is gone already.</summary>
    /// <exception cref="RejectedException">Conflict when no administrator would be left.</exception>
    public Task Erase(Guid id, CancellationToken cancellationToken = default)
        => database.Write(
            async session =>
            {
                await OneAtATime(session);
                var parameters = new { id, admin = (short)Role.Admin };
                if (await session.Scalar<long>($"SELECT COUNT(*) FROM accounts WHERE id = @id AND NOT {LeavesAnAdmin}", parameters) > 0)
                    throw LastAdmin();
                const string itsRows = "WHERE reader = (SELECT number FROM accounts WHERE id = @id)";
                await session.Execute($"DELETE FROM idempotency_keys {itsRows}", parameters);
                await session.Execute($"DELETE FROM interactions {itsRows}", parameters);
                return await session.Execute("DELETE FROM accounts WHERE id = @id", parameters);
            },
            cancellationToken);

    private Task<AccountRow?> Row(string condition, object parameters, CancellationToken cancellationToken)
        => database.Read(session => session.Single<AccountRow>($"{Select} WHERE {condition}", parameters), cancellationToken);

    private Task<Account?> Change(Guid id, string assignment, object parameters, bool harmless, CancellationToken cancellationToken)
        => database.Write(
            async session =>
            {
                await OneAtATime(session);
                var changed = await session.Execute($"UPDATE accounts SET {assignment} WHERE id = @id {(harmless ? "" : $"AND {LeavesAnAdmin}")}", parameters);
                var row = await session.Single<AccountRow>($"{Select} WHERE id = @id", new { id });
                return row is not null && changed == 0 ? throw LastAdmin() : row?.ToAccount();
            },
            cancellationToken);

    /// <summary>Two administrators who demote each other at the same time must not both succeed. SQLite has one writer anyway.</summary>
    private Task OneAtATime(Session session)
        => database.Engine is DatabaseEngine.PostgreSql ? session.Execute("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE") : Task.CompletedTask;

    private static RejectedException LastAdmin() => new(RejectionKind.Conflict, "This is the last administrator; make another one first.");

    private sealed class AccountRow
    {
        public long Number { get; set; }

        public string Id { get; set; } = "";

        public string? Email { get; set; }

        public string? PasswordHash { get; set; }

        public string? DisplayName { get; set; }

        public short Role { get; set; }

        public short Kind { get; set; }

        public long CreatedAt { get; set; }

        public long? DisabledAt { get; set; }

        public Account ToAccount() => new(
            Guid.Parse(Id),
            Email,
            DisplayName,
            (Role)Role,
            (AccountKind)Kind,
            DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            DisabledAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null);
    }
}
