using BookRec.Grains.Interfaces;
using BookRec.Grains.Interfaces.Accounts;
using BookRec.Storage.Databases;
using BookRec.Storage.Text;

namespace BookRec.Storage.Accounts;

/// <summary>What a login is checked against.</summary>
public sealed record Credentials(Account Account, string? PasswordHash);

/// <summary>Accounts and their password hashes. Addresses are unique by their normalised form.</summary>
public sealed class AccountStore(Database database, TimeProvider time)
{
    // A disabled account is nobody's: it can neither log in nor be found. Text is the one form both drivers read a Guid from.
    private const string Select =
        """
        SELECT CAST(id AS TEXT) AS id, email, password_hash AS passwordhash, display_name AS displayname, role, kind, created_at AS createdat
        FROM accounts WHERE disabled_at IS NULL
        """;

    /// <summary>The form in which addresses are compared: trimmed, NFC, invariant lower case.</summary>
    public static string NormaliseEmail(string email) => LatinLetters.Compose(email.Trim()).ToLowerInvariant();

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
                    key = NormaliseEmail(email),
                    passwordHash,
                    displayName,
                    role = (short)role,
                    kind = (short)account.Kind,
                    now = now.ToUnixTimeMilliseconds(),
                }),
            cancellationToken);
        return added == 1 ? account : throw new RejectedException(RejectionKind.Conflict, "An account with this address exists.", "email");
    }

    public async Task<Credentials?> FindByEmail(string normalisedEmail, CancellationToken cancellationToken = default)
        => await database.Read(session => session.Single<AccountRow>($"{Select} AND email_key = @normalisedEmail", new { normalisedEmail }), cancellationToken)
            is { } row ? new Credentials(row.ToAccount(), row.PasswordHash) : null;

    public async Task<Account?> Find(Guid id, CancellationToken cancellationToken = default)
        => (await database.Read(session => session.Single<AccountRow>($"{Select} AND id = @id", new { id }), cancellationToken))?.ToAccount();

    public async Task<bool> AnyAdmin(CancellationToken cancellationToken = default)
        => (await database.Read(
            session => session.List<int>("SELECT 1 FROM accounts WHERE role = @role AND disabled_at IS NULL LIMIT 1", new { role = (short)Role.Admin }),
            cancellationToken)).Count > 0;

    private sealed class AccountRow
    {
        public string Id { get; set; } = "";

        public string? Email { get; set; }

        public string? PasswordHash { get; set; }

        public string? DisplayName { get; set; }

        public short Role { get; set; }

        public short Kind { get; set; }

        public long CreatedAt { get; set; }

        public Account ToAccount()
            => new(Guid.Parse(Id), Email, DisplayName, (Role)Role, (AccountKind)Kind, DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt));
    }
}
